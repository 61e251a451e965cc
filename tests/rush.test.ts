import assert from 'node:assert/strict'
import { test } from 'node:test'
import { databases } from './databases.ts'
import { rush } from './rush/rush.ts'

for (const { name, projectUrl } of databases) {
  test(`500 buyers for 100 pieces and 50 coupons on ${name}, while processes are killed: 100 orders, each paid once, and the books are right`, async () => {
    const databaseUrl = (await projectUrl()) || undefined
    const told = await rush({ databaseUrl, buyers: 500, pieces: 100, couponLimit: 50, killsAfter: [30, 70] })
    const { orders, payments, soldOut, couponUses, captures, piecesLeft, audit, kills } = told
    assert.deepEqual(
      { orders, payments, soldOut, couponUses, captures, piecesLeft, kills },
      {
        orders: { paid: 100 },
        payments: { captured: 100 },
        soldOut: 400,
        couponUses: 50,
        captures: 100,
        piecesLeft: 0,
        kills: 2,
      },
    )
    assert.equal(audit.exitCode, 0, audit.text)
    assert.match(audit.text, /^store: \d+ laws, [\d ]+ records, all of them kept\.$/m)
  })
}
