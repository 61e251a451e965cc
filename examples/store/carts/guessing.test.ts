import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { defineApp } from 'galley'
import { createTestApp } from 'galley/testing'
import shop from '../app.ts'
import { hashOfSecret, isSecret, newSecret } from '../secrets.ts'
import { fetchAsGuest, newGuest } from '../testing/guests.ts'
import { newGiftCardCode } from './gift-card-code.ts'

test('a secret has 256 random bits, a gift card 140, and no two are the same', () => {
  const secrets = new Set(Array.from({ length: 2_000 }, newSecret))
  assert.equal(secrets.size, 2_000)
  for (const secret of secrets) assert.ok(isSecret(secret) && Buffer.from(secret, 'base64url').length === 32)
  assert.equal(new Set(Array.from({ length: 2_000 }, newGiftCardCode)).size, 2_000)
  assert.match(hashOfSecret('a'), /^[0-9a-f]{64}$/)
})

test('whoever guesses secrets is stopped after as many requests as anybody', async () => {
  const limited = { ...shop.settings, rateLimit: { max: 30, windowSeconds: 60 } }
  const app = await createTestApp(defineApp({ ...shop, settings: limited }))
  try {
    const { cart } = await newGuest(app)
    const statuses = []
    for (let guess = 0; guess < 60; guess += 1) {
      const answer = await fetchAsGuest(app, randomBytes(32).toString('base64url'))(`/api/carts/${cart}`)
      statuses.push(answer.status)
    }
    const heard = statuses.filter((status) => status === 401).length
    assert.ok(heard >= 20 && heard <= 35, `${heard} were looked at`)
    assert.equal(statuses.at(-1), 429)
  } finally {
    await app.close()
  }
})
