import assert from 'node:assert/strict'
import { runAudit } from 'galley'
import { storeAudit } from '../audit/store-audit.ts'
import type { OpenShop } from './open-shop.ts'

/** Goods, money, coupons and gift cards add up, record by record. */
export async function assertLawsHold({ app }: Pick<OpenShop, 'app'>): Promise<void> {
  for await (const { law, record, message } of runAudit(storeAudit, { db: app.open.db, pauseMs: 1 }))
    assert.fail(`${law}: ${record} ${message}`)
}
