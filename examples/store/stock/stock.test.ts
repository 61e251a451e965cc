import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createTestApp, type TestApp } from 'galley/testing'
import { databases } from '../../../tests/databases.ts'
import shop from '../app.ts'
import { created, done, type Json, type Someone, send } from '../testing/over-http.ts'
import { administrator, newProduct } from '../testing/people-and-goods.ts'

for (const { name, url } of databases) {
  describe(`stock on ${name}`, () => {
    let app: TestApp
    let staff: Someone
    let warehouse: string
    before(async () => {
      app = await createTestApp(shop, { database: await url() })
      staff = administrator(app)
      warehouse = await created(staff, '/api/locations', { name: 'Warehouse', priority: 1 })
    })
    after(() => app.close())

    test('a new variant has an empty shelf at every location', async () => {
      const variant = await newProduct(staff, { price: 500 })
      assert.deepEqual(await shelfOf(variant), { onHand: 0, reserved: 0, available: 0 })
    })

    test('what came, went and was corrected is written down, and adds up to what is on hand', async () => {
      const variant = await newProduct(staff, { price: 500 })
      await receive(variant, 10)
      const counted = await adjust(variant, { quantity: -3, note: 'Counted on Monday' })
      assert.equal(counted.status, 200)
      assert.deepEqual(await shelfOf(variant), { onHand: 7, reserved: 0, available: 7 })
      assert.deepEqual(await movementsOf(variant), [
        ['received', 10, null],
        ['adjusted', -3, 'Counted on Monday'],
      ])
    })

    test('ten deliveries at once to a location that is new open one shelf', async () => {
      const variant = await newProduct(staff, { price: 500 })
      const yard = await created(staff, '/api/locations', { name: 'Yard', priority: 3 })
      const delivery = { variant, location: yard, quantity: 2 }
      await Promise.all(Array.from({ length: 10 }, () => done(staff, 'POST', '/api/stock-levels/receive', delivery)))
      assert.equal((await shelfOf(variant, yard)).onHand, 20)
      await done(staff, 'PATCH', `/api/locations/${yard}`, { isActive: false })
    })

    test('nobody can take away what is not there, or correct without a reason', async () => {
      const variant = await newProduct(staff, { price: 500 })
      await receive(variant, 2)
      const tooMany = await adjust(variant, { quantity: -3, note: 'Lost' })
      assert.deepEqual([tooMany.status, tooMany.body.code], [409, 'store_stock_short'])
      assert.equal((await adjust(variant, { quantity: -1 })).status, 400)
      assert.deepEqual(await shelfOf(variant), { onHand: 2, reserved: 0, available: 2 })
    })

    test('of back-orders, what is broken is written off although it is promised', async () => {
      const variant = await newProduct(staff, { price: 500 })
      await receive(variant, 1)
      await done(staff, 'PATCH', `/api/variants/${variant}`, { allowsBackorder: true })
      const { data } = await app.system['stock-levels']!.find({ where: { variant, location: warehouse } })
      await app.system['stock-levels']!.update(data[0]!.id, { reserved: 3, available: -2 })
      assert.equal((await adjust(variant, { quantity: -1, reason: 'damaged', note: 'Fell' })).status, 200)
      assert.deepEqual(await shelfOf(variant), { onHand: 0, reserved: 3, available: -3 })
      assert.equal((await adjust(variant, { quantity: -1, note: 'Fell' })).status, 409)
    })

    test('pieces move between locations, and are never in two places or in none', async () => {
      const variant = await newProduct(staff, { price: 500 })
      const corner = await created(staff, '/api/locations', { name: 'Corner shop', priority: 2 })
      await receive(variant, 20)
      const one = { variant, from: warehouse, to: corner, quantity: 1 }
      await done(staff, 'POST', '/api/stock-levels/transfer', { ...one, quantity: 10 })
      const other = { ...one, from: corner, to: warehouse }
      const moves = Array.from({ length: 20 }, (_, index) =>
        send(staff, 'POST', '/api/stock-levels/transfer', index % 2 === 0 ? one : other),
      )
      assert.deepEqual(new Set((await Promise.all(moves)).map(({ status }) => status)), new Set([200]))
      assert.equal((await shelfOf(variant)).onHand, 10)
      assert.equal((await shelfOf(variant, corner)).onHand, 10)
      await done(staff, 'PATCH', `/api/locations/${corner}`, { isActive: false })
    })

    test('no numbers of a shelf are written but by movements, and no movement is changed or removed, not by staff either', async () => {
      const variant = await newProduct(staff, { price: 500 })
      await receive(variant, 2)
      const { data } = await done(staff, 'GET', `/api/stock-levels?filter[variant][eq]=${variant}`)
      const level = `/api/stock-levels/${data[0].id}`
      for (const field of ['onHand', 'reserved', 'available'])
        assert.equal((await send(staff, 'PATCH', level, { [field]: 9 })).status, 403)
      const movements = await done(staff, 'GET', `/api/stock-movements?filter[level][eq]=${data[0].id}`)
      const movement = `/api/stock-movements/${movements.data[0].id}`
      assert.equal((await send(staff, 'PATCH', movement, { note: 'x' })).status, 403)
      assert.equal((await send(staff, 'DELETE', movement)).status, 403)
      assert.equal((await send(staff, 'POST', '/api/stock-movements', { level: data[0].id, quantity: 1 })).status, 403)
      const { id } = movements.data[0]
      await assert.rejects(app.system['stock-movements']!.update(id, { note: 'x' }), { code: 'operation_invalid' })
      await assert.rejects(app.system['stock-movements']!.delete(id), { code: 'store_only_added' })
    })

    test('low stock is told once, when it gets there, and not at each piece after that', async () => {
      const variant = await newProduct(staff, { price: 500 })
      await receive(variant, 7)
      for (let piece = 0; piece < 4; piece += 1) await adjust(variant, { quantity: -1, note: 'Broken' })
      assert.deepEqual(await lowEvents(variant), [5])
      await receive(variant, 10)
      await adjust(variant, { quantity: -10, note: 'Lent' })
      assert.deepEqual(await lowEvents(variant), [5, 3])
    })

    test('customers see what is available, not what is on hand or promised', async () => {
      const variant = await newProduct(staff, { price: 500 })
      await receive(variant, 7)
      const { data } = await done(app, 'GET', `/api/stock-levels?filter[variant][eq]=${variant}`)
      assert.deepEqual([data[0].available, data[0].onHand, data[0].reserved], [7, undefined, undefined])
      assert.equal((await send(app, 'GET', '/api/stock-movements')).status, 401)
      assert.equal((await send(app, 'POST', '/api/stock-levels/receive', {})).status, 401)
    })

    const receive = (variant: string, quantity: number) =>
      done(staff, 'POST', '/api/stock-levels/receive', { variant, location: warehouse, quantity })
    const adjust = (variant: string, correction: object) =>
      send(staff, 'POST', '/api/stock-levels/adjust', { variant, location: warehouse, ...correction })

    async function shelfOf(variant: string, location = warehouse) {
      const query = `filter[variant][eq]=${variant}&filter[location][eq]=${location}`
      const { onHand, reserved, available } = (await done(staff, 'GET', `/api/stock-levels?${query}`)).data[0]
      return { onHand, reserved, available }
    }

    async function movementsOf(variant: string) {
      const { data } = await done(staff, 'GET', `/api/stock-movements?filter[level.variant][eq]=${variant}&sort=id`)
      return data.map(({ reason, quantity, note }: Json) => [reason, quantity, note])
    }

    /** What is left in each event that tells of low stock. */
    async function lowEvents(variant: string): Promise<readonly number[]> {
      const text = `select payload from galley_outbox where name = 'stock.low' order by id`
      const rows = await app.open.database.read({ text, parameters: [] })
      const events = rows.map(([payload]) => (typeof payload === 'string' ? JSON.parse(payload) : payload))
      return events.filter((event: Json) => event.variant === variant).map((event: Json) => event.available)
    }
  })
}
