import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createTestApp, type TestApp } from 'galley/testing'
import { tokenIn } from '../../tests/auth/mails.ts'
import { databases } from '../../tests/databases.ts'
import shop, { seed } from './app.ts'
import { seedId } from './seed/seed-id.ts'

const password = 'seven copper kettles whistling'
const json = { 'content-type': 'application/json' }

for (const { name, url } of databases) {
  describe(`people of the shop on ${name}`, () => {
    let app: TestApp
    before(async () => {
      app = await createTestApp(shop, { database: await url(), seed })
    })
    after(() => app.close())

    test('a guest makes an account, confirms the address, signs in, orders, and signs out', async () => {
      const profile = { name: 'Ada Byron', phone: '+44 20 7946 0000' }
      assert.equal((await post('/api/auth/register', { email: 'ada@example.com', password, profile })).status, 202)
      const credentials = { email: 'ada@example.com', password }
      assert.equal((await post('/api/auth/sign-in', credentials)).status, 403)
      const token = await tokenIn(app, 'ada@example.com', 'verify-email')
      assert.equal((await post('/api/auth/verify-email', { token })).status, 204)

      const answer = await post('/api/auth/sign-in', credentials)
      const browser = { cookie: answer.headers.getSetCookie()[0]!.split(';')[0]!, origin: await app.url() }
      const { account } = await bodyOf(answer)
      const own = await bodyOf(await get(`/api/customers/${account.id}`, browser))
      assert.deepEqual([own.name, own.phone], ['Ada Byron', '+44 20 7946 0000'])

      const order = await orderTea(browser)
      assert.equal(order.customer, account.id)
      assert.equal((await get('/api/orders', browser).then(bodyOf)).data.length, 1)

      assert.equal((await post('/api/auth/sign-out', {}, browser)).status, 204)
      assert.equal((await get('/api/auth/session', browser)).status, 401)
      assert.equal((await get(`/api/orders/${order.id}`, browser)).status, 401)
    })

    test('an app signs in by token, and one customer never sees what another has', async () => {
      const [one, other] = [await arrive('one@example.com'), await arrive('other@example.com')]
      const order = await orderTea(one)
      assert.equal((await get(`/api/orders/${order.id}`, one)).status, 200)
      assert.equal((await get(`/api/orders/${order.id}`, other)).status, 404)
      assert.equal((await get('/api/customers', other).then(bodyOf)).data.length, 1)
    })

    test('nobody of the demo data has a password; whoever gets their mail can choose one', async () => {
      const staff = { accounts: 'staff', email: 'signe@harbour.example' }
      assert.equal((await post('/api/auth/sign-in', { ...staff, password })).status, 401)
      await post('/api/auth/password/reset', staff)
      const token = await tokenIn(app, staff.email, 'reset-password')
      assert.equal((await post('/api/auth/password/reset/confirm', { token, password })).status, 204)
      const signe = await signIn(staff)
      assert.deepEqual((await get('/api/auth/session', signe).then(bodyOf)).roles, ['staff'])
      assert.ok((await get('/api/orders', signe).then(bodyOf)).data.length > 1)
    })

    test('staff do not make their own accounts, and a customer cannot become one of them', async () => {
      const profile = { name: 'Mallory' }
      const closed = await post('/api/auth/register', {
        accounts: 'staff',
        email: 'm@example.com',
        password,
        profile,
      })
      assert.equal((await bodyOf(closed)).code, 'auth_registration_closed')
      const customer = await arrive('m@example.com')
      const made = await post('/api/staff', { name: 'Mallory', email: 'm@harbour.example' }, customer)
      assert.equal(made.status, 403)
      assert.equal((await get('/api/staff', customer)).status, 403)
      assert.deepEqual((await get('/api/auth/session', customer).then(bodyOf)).roles, [])
      assert.equal(
        (await post('/api/auth/sign-in', { accounts: 'staff', email: 'm@example.com', password })).status,
        401,
      )
    })

    test('the first administrator is made by the link that the first start prints, and has to have a second factor', async () => {
      const greetings = await Promise.all(app.open.features.map((feature) => feature.greet?.('http://localhost')))
      const token = /#token=([\w-]+)/.exec(greetings.join(' '))![1]
      const boss = { accounts: 'staff', email: 'boss@harbour.example' }
      const profile = { name: 'Ottilie Brand' }
      const made = await post('/api/auth/first-administrator', { token, email: boss.email, password, profile })
      assert.equal(made.status, 204, await made.text())
      const answer = await bodyOf(await post('/api/auth/sign-in', { ...boss, password, transport: 'token' }))
      assert.equal(answer.status, 'second-factor-enrolment-required')
      const bearer = { authorization: `Bearer ${answer.token}` }
      assert.equal((await post('/api/categories', { name: 'Soap' }, bearer)).status, 403)
      assert.ok((await bodyOf(await post('/api/auth/totp', {}, bearer))).secret)
    })

    test('staff are invited by administrators, by nobody else, and choose their own password', async () => {
      const newcomer = { accounts: 'staff', email: 'new@harbour.example' }
      const invitation = { ...newcomer, roles: ['manager'] }
      const admin = await app.system.staff!.create({ name: 'Ilse', email: 'ilse@harbour.example' })
      const ilse = await administrator(admin.id, 'ilse@harbour.example')
      assert.equal((await post('/api/auth/invitations', invitation, await arrive('guest@example.com'))).status, 403)
      const invited = await post('/api/auth/invitations', invitation, ilse)
      assert.ok(invited.ok, await invited.text())
      const token = await tokenIn(app, newcomer.email, 'invitation')
      const accepted = await post('/api/auth/invitations/accept', { token, password, profile: { name: 'Nel' } })
      assert.equal(accepted.status, 204, await accepted.text())
      const { roles } = await bodyOf(await get('/api/auth/session', await signIn(newcomer)))
      assert.deepEqual(roles.toSorted(), ['manager', 'staff'])
    })

    const get = (path: string, headers: Headers = {}) => app.fetch(path, { headers })
    const post = (path: string, body: object, headers: Headers = {}) =>
      app.fetch(path, { method: 'POST', body: JSON.stringify(body), headers: { ...json, ...headers } })

    async function arrive(email: string): Promise<Headers> {
      await post('/api/auth/register', { email, password, profile: { name: 'Somebody' } })
      await post('/api/auth/verify-email', { token: await tokenIn(app, email, 'verify-email') })
      return signIn({ email })
    }

    async function signIn(who: object): Promise<Headers> {
      const { token } = await bodyOf(await post('/api/auth/sign-in', { ...who, password, transport: 'token' }))
      return { authorization: `Bearer ${token}` }
    }

    /** One who has set up a second factor, on a day before. */
    async function administrator(id: string, email: string): Promise<Headers> {
      await post('/api/auth/password/reset', { accounts: 'staff', email })
      await post('/api/auth/password/reset/confirm', { token: await tokenIn(app, email, 'reset-password'), password })
      const headers = await signIn({ accounts: 'staff', email })
      await app.system['auth-accounts']!.update(id, { roles: ['admin'], factors: ['totp'] })
      return headers
    }

    async function orderTea(customer: Headers): Promise<Body> {
      const cart = await bodyOf(await post('/api/carts', {}, customer))
      const item = { variant: seedId('products', 0), quantity: 1 }
      assert.equal((await post(`/api/carts/${cart.id}/items`, item, customer)).status, 201)
      const answer = await post(`/api/carts/${cart.id}/checkout`, { shippingAddress }, customer)
      assert.equal(answer.status, 200, await answer.clone().text())
      return bodyOf(answer)
    }
  })
}

type Headers = Readonly<Record<string, string>>
type Body = any // any: JSON

const bodyOf = async (answer: Response): Promise<Body> => answer.json()

const shippingAddress = {
  name: 'Ada Byron',
  line1: '12 St James’s Square',
  postalCode: 'SW1Y 4JH',
  city: 'London',
  country: 'GB',
}
