import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { defineApp } from 'galley'
import { createTestApp } from 'galley/testing'
import { databases } from '../databases.ts'
import { tokenIn } from './mails.ts'
import { appWithCustomers, customers, goodPassword, startPeople } from './people.ts'

for (const { name, url } of databases) {
  test(`records that were there before sign-in become accounts, on ${name}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'adoption-'))
    after(() => rmSync(folder, { recursive: true }))
    const database = name === 'sqlite' ? `sqlite:${folder}/desk.db` : await url()
    const before = await createTestApp(defineApp({ name: 'desk', collections: [customers], roles: { staff: {} } }), {
      database,
    })
    for (let count = 0; count < 1_100; count += 1)
      await before.system.customers.create({ name: 'Old', email: `old${count}@example.com` })
    await before.system.customers.create({ name: 'Old', email: 'OLD7@example.com' })
    await before.close()
    const people = await startPeople(appWithCustomers(), { database })
    assert.equal(await people.app.system['auth-accounts']!.count({}), 1_100)
    await people.send('/api/auth/password/reset', { email: 'old1099@example.com' })
    const token = await tokenIn(people.app, 'old1099@example.com', 'reset-password')
    await people.send('/api/auth/password/reset/confirm', { token, password: goodPassword })
    assert.equal((await people.signIn('old1099@example.com')).status, 200)
    await people.app.close()
  })
}
