import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeProject, runGalley, startGalley } from './run-galley.ts'

const shop = (rules: string, settings = '') => `
import { collection, defineApp, everyone, integer, text } from 'galley'
const teas = collection('teas', { fields: { name: text() ${rules.includes('stock') ? ', stock: integer({ default: 0 })' : ''} }, rules: { ${rules} } })
export default defineApp({ name: 'shop', collections: [teas], settings: { ${settings} } })
`

test('doctor finds nothing wrong with an application that is ready for production', async () => {
  const folder = makeProject(shop('read: everyone()'))
  await (await startGalley(folder, ['start'])).stop()
  const { exitCode, stdout } = await runGalley(folder, ['doctor'], { BASE_URL: 'https://shop.example' })
  assert.equal(exitCode, 0)
  assert.match(stdout, /\n0 broken, 0 unsafe for production, \d+ good\.\n$/)
  assert.match(stdout, /^good +schema +The database is what the declarations say\.$/m)
})

test('doctor tells where cache keeps nothing, because the read rule asks for the time', async () => {
  const news = (read: string) => `
import { collection, defineApp, everyone, instant, lt, now, or, role } from 'galley'
const news = collection('news', { fields: { from: instant() }, rules: { read: ${read} }, cache: { maxAge: '1h' } })
export default defineApp({ name: 'news', collections: [news], roles: { staff: {} } })
`
  const inTime = await runGalley(makeProject(news("({ row }) => or(role('staff'), lt(row.from, now()))")), ['doctor'])
  assert.equal(inTime.exitCode, 0)
  assert.match(
    inTime.stdout,
    /^note +cache +The read rule of news asks for the time \(now\(\)\): its answers are never kept\.$/m,
  )
  assert.match(inTime.stdout, /^good +declarations +1 collection, no problem in them\.$/m)
  assert.doesNotMatch((await runGalley(makeProject(news('everyone()')), ['doctor'])).stdout, /^note/m)
})

test('doctor tells what is unsafe for production', async () => {
  const settings = `rateLimit: false, cors: { origins: ['http://localhost:5173'] }`
  const folder = makeProject(shop('read: everyone(), create: everyone()', settings))
  const { exitCode, stdout } = await runGalley(folder, ['doctor'], {
    DATABASE_URL: 'sqlite::memory:',
    BASE_URL: 'http://shop.example',
  })
  assert.equal(exitCode, 0)
  assert.match(stdout, /^good +schema +The database is empty/m)
  for (const told of [
    /rate limit +It is turned off/,
    /CORS +Pages of http:\/\/localhost:5173/,
    /rules +Everyone may create teas/,
    /database +It is in memory/,
    /BASE_URL +http:\/\/shop\.example is not https/,
  ])
    assert.match(stdout, new RegExp(`^unsafe +${told.source}`, 'm'))
})

test('doctor tells that no mail can be sent, where there is some', async () => {
  const signIn = `
import { collection, defineApp, email } from 'galley'
import { auth } from 'galley/auth'
const people = collection('people', { fields: { email: email({ unique: true }) } })
export default defineApp({ name: 'shop', collections: [people], features: [auth({ accounts: [{ collection: people }] })] })
`
  const folder = makeProject(signIn)
  const lineOf = async (MAIL_URL: string) =>
    /^.* mail .*$/m.exec((await runGalley(folder, ['doctor'], { MAIL_URL })).stdout)?.[0] ?? ''
  assert.match(await lineOf(''), /^unsafe +mail +No mail can be sent: MAIL_URL is not set\./)
  assert.match(await lineOf('inbox:./post'), /^unsafe +mail +MAIL_URL keeps mails, and sends none\./)
  assert.match(await lineOf('smtp.example.com'), /^BROKEN +mail +MAIL_URL does not say how mails travel\./)
  assert.match(await lineOf('smtps://ada:hunter2@example.com'), /^good +mail +It is sent by SMTP\.$/)
  assert.match((await runGalley(folder, ['doctor'])).stdout, /^unsafe +BASE_URL +It is not set: links in mails/m)
  assert.doesNotMatch((await runGalley(makeProject(shop('read: everyone()')), ['doctor'])).stdout, / mail {2}/)
})

test('doctor tells what is broken, with exit code 1, and makes nothing', async () => {
  const folder = makeProject(shop('read: everyone()'))
  assert.match((await runGalley(folder, ['doctor'])).stdout, /^good +database +\S+ will be made at the first start\.$/m)
  assert.ok(!existsSync(join(folder, 'data')))
  const unreachable = await runGalley(folder, ['doctor'], { DATABASE_URL: 'postgres://ada:hunter2@127.0.0.1:1/shop' })
  assert.equal(unreachable.exitCode, 1)
  assert.match(
    unreachable.stdout,
    /^BROKEN +database +postgres:\/\/ada:…@127\.0\.0\.1:1\/shop: The database cannot be reached/m,
  )
  assert.doesNotMatch(unreachable.stdout + unreachable.stderr, /hunter2/)
  await (await startGalley(folder, ['start'])).stop()
  writeFileSync(join(folder, 'app.ts'), shop('/* stock */ read: everyone()'))
  const behind = await runGalley(folder, ['doctor'])
  assert.equal(behind.exitCode, 1)
  assert.match(behind.stdout, /^BROKEN +schema +The database is not what the declarations say/m)
})
