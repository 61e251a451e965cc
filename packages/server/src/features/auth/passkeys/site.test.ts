import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AuthKit } from '../kit.ts'
import type { PasskeyOptions } from './passkey-options.ts'
import { passkeySite } from './site.ts'

function siteAt(baseUrl: string | undefined, isDevelopment: boolean, passkeys: PasskeyOptions | undefined = {}) {
  return passkeySite({ options: { passkeys }, context: { surroundings: { baseUrl, isDevelopment } } } as AuthKit)
}

describe('the site that passkeys belong to', () => {
  test('is the configured one, and nothing that looks like it', () => {
    const site = siteAt('https://shop.example', false)
    assert.equal(site.rpId, 'shop.example')
    assert.equal(site.isOwnOrigin('https://shop.example'), true)
    for (const origin of [
      'http://shop.example',
      'https://shop.example:8443',
      'https://www.shop.example',
      'https://shop.example.evil.example',
      'http://localhost:3000',
      'null',
      '',
    ])
      assert.equal(site.isOwnOrigin(origin), false, origin)
  })

  test('may be a parent domain, with pages and apps that are listed', () => {
    const origins = ['https://account.shop.example', 'android:apk-key-hash:x']
    const site = siteAt('https://www.shop.example', false, { rpId: 'shop.example', origins })
    assert.equal(site.rpId, 'shop.example')
    for (const origin of ['https://www.shop.example', ...origins]) assert.equal(site.isOwnOrigin(origin), true, origin)
    assert.equal(site.isOwnOrigin('https://shop.example'), false)
  })

  test('is localhost in development, on any port, whatever address the server listens on', () => {
    for (const baseUrl of [undefined, 'http://localhost:3000', 'http://127.0.0.1:3000']) {
      const site = siteAt(baseUrl, true)
      assert.equal(site.rpId, 'localhost')
      for (const origin of ['http://localhost', 'http://localhost:5173'])
        assert.equal(site.isOwnOrigin(origin), true, origin)
      for (const origin of [
        'http://localhost.evil.example',
        'http://localhost:5173.evil.example',
        'https://evil.example',
      ])
        assert.equal(site.isOwnOrigin(origin), false, origin)
    }
  })

  test('is nowhere in production without an address, and where passkeys are off', () => {
    assert.throws(() => siteAt(undefined, false), { code: 'auth_passkeys_need_base_url' })
    const off = { options: {}, context: { surroundings: { baseUrl: 'https://shop.example', isDevelopment: false } } }
    assert.throws(() => passkeySite(off as AuthKit), { code: 'auth_passkeys_off' })
  })
})
