import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Secret, TOTP, URI } from 'otpauth'
import { encode } from 'uqr'
import { newTotpSecret, qrSvg, totpUri, verifyTotp } from './totp.ts'

const secretOfRfc = Secret.fromLatin1('12345678901234567890').base32
const stepMs = 30_000

/** What an authenticator shows. */
const shown = (secret: string, atMs: number) =>
  TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: atMs, digits: 6, period: 30 })

describe('a code of an authenticator', () => {
  // RFC 6238, appendix B: the last six of its eight digits.
  const vectors: readonly [seconds: number, code: string][] = [
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ]
  for (const [seconds, code] of vectors)
    test(`is that of RFC 6238 after ${seconds} seconds`, () => {
      assert.equal(verifyTotp(code, secretOfRfc, undefined, seconds * 1000), Math.floor(seconds / 30))
    })

  test('is taken one step early and one step late, and no more', () => {
    const secret = newTotpSecret()
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 100_000_000 }), fc.integer({ min: -5, max: 5 }), (step, drift) => {
        const code = shown(secret, (step + drift) * stepMs)
        const neighbours = [-1, 0, 1].map((near) => shown(secret, (step + near) * stepMs))
        const found = verifyTotp(code, secret, undefined, step * stepMs)
        if (neighbours.includes(code)) assert.equal(found, step - 1 + neighbours.lastIndexOf(code))
        else assert.equal(found, undefined)
      }),
    )
  })

  test('is taken once, and none before it afterwards', () => {
    const secret = newTotpSecret()
    const now = 55_000_000
    const at = (step: number, last: number | undefined) =>
      verifyTotp(shown(secret, step * stepMs), secret, last, now * stepMs)
    assert.equal(at(now, undefined), now)
    assert.equal(at(now, now - 1), now)
    assert.equal(at(now, now), undefined)
    assert.equal(at(now - 1, now), undefined)
    assert.equal(at(now + 1, now), now + 1)
    assert.equal(at(now, now + 1), undefined)
  })

  test('may have spaces in it, and digits of full width', () => {
    for (const typed of ['287082', ' 287 082 ', '287-082', '２８７０８２', '287\u00a0082\n'])
      assert.equal(verifyTotp(typed, secretOfRfc, undefined, 59_000), 1, typed)
  })

  test('that is anything else is wrong, and does no harm', () => {
    for (const typed of [
      '',
      '28708',
      '2870820',
      '94287082',
      'abcdef',
      '287082'.repeat(1000),
      '2️⃣87082',
      '-87082',
      '\u0000',
    ])
      assert.equal(verifyTotp(typed, secretOfRfc, undefined, 59_000), undefined, typed.slice(0, 20))
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (typed) => {
        const found = verifyTotp(typed, secretOfRfc, undefined, 59_000)
        assert.ok(found === undefined || /\d/.test(typed.normalize('NFKC')))
      }),
    )
  })

  test('at the beginning of time is that of the first step', () => {
    assert.equal(verifyTotp(shown(secretOfRfc, 0), secretOfRfc, undefined, 0), 0)
    assert.equal(verifyTotp(shown(secretOfRfc, 0), secretOfRfc, 0, 0), undefined)
  })
})

describe('setting up an authenticator', () => {
  test('begins with 160 random bits', () => {
    const secrets = Array.from({ length: 50 }, newTotpSecret)
    assert.equal(new Set(secrets).size, 50)
    for (const secret of secrets) assert.match(secret, /^[A-Z2-7]{32}$/)
  })

  test('needs an address that says all, whatever the names', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
      .filter((text) => !/[:\p{C}]/u.test(text) && text.trim() === text)
    fc.assert(
      fc.property(name, name, (issuer, account) => {
        const secret = newTotpSecret()
        const read = URI.parse(totpUri(secret, { issuer, account }))
        assert.ok(read instanceof TOTP)
        assert.deepEqual(
          [read.secret.base32, read.issuer, read.label, read.digits, read.period, read.algorithm],
          [secret, issuer, account, 6, 30, 'SHA1'],
        )
      }),
    )
  })

  test('shows a QR code of exactly that address, with a margin, and nothing but drawing', () => {
    const uri = totpUri(newTotpSecret(), { issuer: 'Tea & "House" <shop>', account: 'jane@shop.example' })
    const svg = qrSvg(uri)
    const { size, data } = encode(uri, { ecc: 'M', border: 4 })
    assert.match(svg, new RegExp(`viewBox="0 0 ${size * 4} ${size * 4}"`))
    assert.doesNotMatch(svg, /script|href|Tea|otpauth/)
    const drawn = [...svg.matchAll(/M(\d+),(\d+)h/g)].map(([, x, y]) => `${Number(x) / 4},${Number(y) / 4}`)
    const dark = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`${x},${y}`] : [])))
    assert.deepEqual(drawn.sort(), dark.sort())
    assert.ok(data.slice(0, 4).every((row) => !row.includes(true)))
  })
})
