import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { databases } from '../databases.ts'
import { mailsTo } from './mails.ts'
import { type Office, startOffice } from './offices.ts'
import { codeOf } from './people.ts'

for (const { name, url } of databases) {
  describe(`what administrators do with accounts on ${name}`, () => {
    let office: Office
    before(async () => {
      office = await startOffice({ database: await url() })
    })
    after(() => office.app.close())

    const path = ({ id }: { id: string }) => `/api/auth-accounts/${id}`

    test('those who manage accounts see all of them, others their own', async () => {
      const [admin, other] = [await office.person('sees', ['admin']), await office.person('seen')]
      const all = (await office.list(admin, '/api/auth-accounts?limit=100')).map(({ id }) => id)
      assert.ok(all.includes(admin.id) && all.includes(other.id))
      assert.deepEqual(
        (await office.list(other, '/api/auth-accounts')).map(({ id }) => id),
        [other.id],
      )
      const [shown] = await office.list(other, '/api/auth-accounts')
      for (const secret of ['passwordHash', 'login', 'generation']) assert.equal(shown[secret], undefined)
      assert.ok((await office.list(admin, '/api/auth-events')).length > 0)
      assert.equal((await office.people.get('/api/auth-events', other.token)).status, 403)
    })

    test('a role that is given counts from the next request on, is audited and told by mail', async () => {
      const [admin, other] = [await office.person('gives', ['admin']), await office.person('gets')]
      assert.equal((await office.post(other, '/api/posts', { title: 'No' })).status, 403)
      const given = await office.patch(admin, path(other), { roles: ['staff'] })
      assert.equal(given.status, 200, await given.clone().text())
      assert.equal((await office.post(other, '/api/posts', { title: 'Yes' })).status, 201)
      await office.patch(admin, path(other), { roles: [] })
      assert.equal((await office.post(other, '/api/posts', { title: 'No' })).status, 403)
      const events = await office.app.system['auth-events']!.find({
        where: { account: other.id, event: 'rights-changed' },
      })
      assert.deepEqual(
        events.data.map(({ by }) => by),
        [admin.id, admin.id],
      )
      const subjects = (await mailsTo(office.app, other.email)).map(({ subject }) => subject)
      assert.ok(subjects.includes('What you may do at office has changed'))
    })

    test('nobody gives or takes a role they do not hold, on any road', async () => {
      const admin = await office.person('climbs', ['admin'])
      const [root, other] = [await office.person('above', ['root']), await office.person('below')]
      const batch = {
        operations: [{ operation: 'update', collection: 'auth-accounts', id: other.id, data: { roles: ['root'] } }],
      }
      for (const [target, body] of [
        [other, { roles: ['root'] }],
        [other, { roles: ['admin', 'root'] }],
        [other, { roles: ['owner'] }],
        [admin, { roles: ['root', 'admin'] }],
      ] as const)
        assert.equal(await codeOf(await office.patch(admin, path(target), body)), 'auth_not_yours_to_give')
      const unknown = await office.patch(admin, path(other), { roles: ['nothing-like-it'] })
      assert.equal(await codeOf(unknown), 'auth_unknown_role')
      for (const body of [{ roles: [] }, { disabledAt: new Date().toISOString() }, { roles: ['root', 'staff'] }])
        assert.equal(await codeOf(await office.patch(admin, path(root), body)), 'auth_account_above_you')
      const inBatch = await office.post(admin, '/api/batch', batch)
      assert.equal(await codeOf(inBatch), 'auth_not_yours_to_give')
      const put = await office.people.sendAs(admin.token, path(other), { roles: ['root'] }, 'PUT')
      assert.notEqual(put.status, 200)
      const stored = await office.app.system['auth-accounts']!.get(other.id)
      assert.deepEqual(stored.roles, [])
    })

    test('nothing of an account but its roles, grants and state is changed by administrators', async () => {
      const [admin, other] = [await office.person('meddles', ['admin']), await office.person('meddled')]
      for (const body of [
        { email: 'mine@example.com' },
        { emailVerifiedAt: null },
        { passwordHash: 'x' },
        { factors: [] },
        { login: 'customers:x' },
        { generation: 9 },
        { lastSignInAt: null },
        { accounts: 'staff' },
      ]) {
        const answer = await office.patch(admin, path(other), body)
        assert.ok(answer.status === 400 || answer.status === 403, `${JSON.stringify(body)} ${answer.status}`)
      }
      assert.equal(
        (
          await office.people.send(
            '/api/auth-accounts',
            { email: 'x@example.com' },
            { authorization: `Bearer ${admin.token}` },
          )
        ).status,
        403,
      )
      assert.equal((await office.people.sendAs(admin.token, path(other), {}, 'DELETE')).status, 403)
    })

    test('people cannot give themselves anything', async () => {
      const person = await office.person('greedy', ['staff'])
      for (const body of [{ roles: ['admin'] }, { grants: ['x'] }, { disabledAt: null }])
        assert.equal((await office.patch(person, path(person), body)).status, 403)
      assert.equal(
        (await office.post(person, '/api/auth-roles', { name: 'mine', permissions: ['posts.burn'] })).status,
        403,
      )
    })

    test('disabling ends every session at once, and nobody disables themselves', async () => {
      const [admin, other] = [await office.person('disables', ['admin']), await office.person('disabled')]
      const now = new Date().toISOString()
      assert.equal(await codeOf(await office.patch(admin, path(admin), { disabledAt: now })), 'auth_not_yourself')
      assert.equal((await office.patch(admin, path(other), { disabledAt: '2999-01-01T00:00:00.000Z' })).status, 200)
      assert.equal(await office.people.isSignedIn(other.token), false)
      assert.equal(await office.app.system['auth-sessions']!.count({ account: other.id }), 0)
      assert.equal(await codeOf(await office.people.signIn(other.email)), 'auth_account_disabled')
      assert.equal((await office.patch(admin, path(other), { disabledAt: null })).status, 200)
      assert.equal((await office.people.signIn(other.email)).status, 200)
    })

    test('of two administrators who disable each other at once, one stays', async () => {
      for (let round = 0; round < 3; round += 1) {
        const [one, two] = [
          await office.person(`duel-a${round}`, ['admin']),
          await office.person(`duel-b${round}`, ['admin']),
        ]
        const now = new Date().toISOString()
        const answers = await Promise.all([
          office.patch(one, path(two), { disabledAt: now }),
          office.patch(two, path(one), { disabledAt: now }),
        ])
        assert.ok(answers.every(({ status }) => status < 500))
        assert.deepEqual(
          answers.map(({ status }) => status === 200).sort(),
          [false, true],
          answers.map(({ status }) => status).join(),
        )
      }
    })

    test('whoever gets a role that demands a second factor signs in anew', async () => {
      const other = await office.person('rises')
      await office.app.system['auth-accounts']!.update(other.id, { roles: ['root'] })
      assert.equal(await office.people.isSignedIn(other.token), false)
      const { status } = (await (await office.people.signIn(other.email)).json()) as { status: string }
      assert.equal(status, 'second-factor-enrolment-required')
    })

    test('roles made at run time bring permissions, and nobody gives one they do not have', async () => {
      const [admin, other] = [await office.person('makes', ['admin']), await office.person('holds')]
      const made = await office.post(admin, '/api/auth-roles', { name: 'publisher', permissions: ['posts.publish'] })
      assert.equal(made.status, 201, await made.clone().text())
      const { id } = (await made.json()) as { id: string }
      for (const [permission, code] of [
        ['posts.burn', 'auth_not_yours_to_give'],
        ['posts.unknown', 'auth_permission_unknown'],
      ]) {
        assert.equal(
          await codeOf(await office.post(admin, '/api/auth-roles', { name: 'x', permissions: [permission] })),
          code,
        )
        assert.equal(
          await codeOf(
            await office.patch(admin, `/api/auth-roles/${id}`, { permissions: ['posts.publish', permission] }),
          ),
          code,
        )
      }
      const burner = await office.app.system['auth-roles']!.create({ name: 'burner', permissions: ['posts.burn'] })
      assert.equal(
        await codeOf(await office.patch(admin, path(other), { grants: [burner.id] })),
        'auth_not_yours_to_give',
      )
      assert.equal(
        await codeOf(await office.patch(admin, path(admin), { grants: [burner.id] })),
        'auth_not_yours_to_give',
      )
      assert.equal(
        await codeOf(await office.patch(admin, `/api/auth-roles/${burner.id}`, { permissions: [] })),
        'auth_not_yours_to_give',
      )
      assert.equal((await office.people.sendAs(admin.token, `/api/auth-roles/${burner.id}`, {}, 'DELETE')).status, 403)
      assert.equal((await office.patch(admin, path(other), { grants: [id] })).status, 200)
      assert.deepEqual((await office.people.who(other.token)).permissions, ['posts.publish'])
      assert.equal((await office.patch(admin, `/api/auth-roles/${id}`, { permissions: [] })).status, 200)
      assert.deepEqual((await office.people.who(other.token)).permissions, [])
      await office.patch(admin, `/api/auth-roles/${id}`, { permissions: ['posts.publish'] })
      assert.equal((await office.people.sendAs(admin.token, `/api/auth-roles/${id}`, {}, 'DELETE')).status, 204)
      assert.deepEqual((await office.people.who(other.token)).permissions, [])
    })

    test('a record is for whom its access list names: accounts, roles and tenants', async () => {
      const [writer, named, staff, stranger] = [
        await office.person('writer'),
        await office.person('named'),
        await office.person('stafflist', ['staff']),
        await office.person('stranger'),
      ]
      const tenant = await office.organization(stranger, 'Strangers')
      await office.post(stranger, '/api/auth/tenant', { tenant: null })
      const made = await office.post(writer, '/api/notes', { title: 'Plans' })
      const { id } = (await made.json()) as { id: string }
      const canRead = async ({ token }: { token: string }) =>
        (await office.people.get(`/api/notes/${id}`, token)).status === 200
      assert.deepEqual([await canRead(writer), await canRead(named), await canRead(staff)], [true, false, false])
      const access = [
        { to: `user:${writer.id}`, level: 'own' },
        { to: `user:${named.id}`, level: 'read' },
        { to: 'role:staff', level: 'read' },
        { to: `tenant:${tenant}`, level: 'read' },
      ]
      assert.equal((await office.patch(writer, `/api/notes/${id}`, { access })).status, 200)
      assert.deepEqual([await canRead(named), await canRead(staff), await canRead(stranger)], [true, true, false])
      await office.post(stranger, '/api/auth/tenant', { tenant })
      assert.equal(await canRead(stranger), true)
      assert.equal((await office.patch(named, `/api/notes/${id}`, { title: 'Mine' })).status, 403)
      await office.app.system['auth-accounts']!.update(staff.id, { roles: [] })
      assert.equal(await canRead(staff), false)
    })
  })
}
