import assert from 'node:assert/strict'
import { argon2Sync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createPasswordHasher, defaultPasswordHashing, type PasswordHashing } from './hash-passwords.ts'
import { hashFromPhc, phcFromHash } from './phc.ts'

/** Cheap, so that tests are: what is promised does not depend on the cost. */
const cheap = { memoryKiB: 64, passes: 1, parallelism: 1 }
const hasher = (settings: Partial<PasswordHashing> = {}) => createPasswordHasher({ ...cheap, ...settings })

describe('Argon2id', () => {
  test('computes the vector of RFC 9106', () => {
    const tag = argon2Sync('argon2id', {
      message: Buffer.alloc(32, 1),
      nonce: Buffer.alloc(16, 2),
      secret: Buffer.alloc(8, 3),
      associatedData: Buffer.alloc(12, 4),
      parallelism: 4,
      memory: 32,
      passes: 3,
      tagLength: 32,
    })
    assert.equal(tag.toString('hex'), '0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659')
  })

  // From src/test.c of the reference implementation, github.com/P-H-C/phc-winner-argon2.
  const known = [
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
    '$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc',
  ]

  test('hashes that other libraries wrote are verified, and asked to be written again', async () => {
    for (const phc of known) {
      assert.deepEqual(await hasher().verify('password', phc), { isRight: true, needsRehash: true })
      assert.deepEqual(await hasher().verify('Password', phc), { isRight: false, needsRehash: false })
    }
  })
})

describe('the hash of a password', () => {
  test('is a PHC string with the parameters in it, and with the cost that OWASP recommends by default', async () => {
    assert.match(
      await createPasswordHasher().hash('correct horse battery'),
      /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/,
    )
  })

  test('fits its password and no other, whatever text it is', async () => {
    const one = hasher()
    const password = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((text) => !/[\p{C}]/u.test(text))
    await fc.assert(
      fc.asyncProperty(password, password, async (right, other) => {
        const phc = await one.hash(right)
        assert.deepEqual(await one.verify(right, phc), { isRight: true, needsRehash: false })
        const isSame = right.normalize('NFKC') === other.normalize('NFKC')
        assert.equal((await one.verify(other, phc)).isRight, isSame)
      }),
      { numRuns: 60 },
    )
  })

  test('is another one each time', async () => {
    const one = hasher()
    assert.notEqual(await one.hash('correct horse'), await one.hash('correct horse'))
  })

  test('is the same password on a keyboard that composes and one that does not, and in full width', async () => {
    const one = hasher()
    const phc = await one.hash('Zo\u00eb caf\u00e9 \ufb01n 123')
    for (const typed of ['Zoe\u0308 cafe\u0301 fin 123', 'Zo\u00eb caf\u00e9 fin \uff11\uff12\uff13'])
      assert.equal((await one.verify(typed, phc)).isRight, true, typed)
  })

  test('knows the end of a long password, and no part of it is cut off', async () => {
    const one = hasher()
    const long = '😀'.repeat(127)
    const phc = await one.hash(`${long}a`)
    assert.equal((await one.verify(`${long}a`, phc)).isRight, true)
    assert.equal((await one.verify(`${long}b`, phc)).isRight, false)
  })

  test('is not made of what is too long or no text, and verifying such a thing finds nothing', async () => {
    const one = hasher()
    const phc = await one.hash('correct horse battery')
    // U+FDFA becomes 18 characters under NFKC.
    for (const bad of [
      'x'.repeat(1025),
      '\ufdfa'.repeat(40),
      'half \ud83d of it',
      'a\u0000b',
      'line\nend',
      '\u{e0080}',
    ]) {
      await assert.rejects(one.hash(bad), { code: 'password_unusable', category: 'invalid' })
      assert.deepEqual(await one.verify(bad, phc), { isRight: false, needsRehash: false })
      assert.deepEqual(await one.verifyNothing(bad), { isRight: false, needsRehash: false })
    }
  })

  test('is asked to be made again whenever a parameter is another one', async () => {
    const phc = await hasher().hash('correct horse')
    for (const settings of [{ memoryKiB: 72 }, { passes: 2 }, { parallelism: 2 }, { tagBytes: 24 }] as const) {
      assert.deepEqual(await hasher(settings).verify('correct horse', phc), { isRight: true, needsRehash: true })
      assert.deepEqual(await hasher(settings).verify('wrong horse', phc), { isRight: false, needsRehash: false })
    }
  })
})

describe('a stored hash', () => {
  test('is read as it was written', () => {
    const bytes = (min: number, max: number) =>
      fc.uint8Array({ minLength: min, maxLength: max }).map((array) => Buffer.from(array))
    const hash = fc.record({
      memoryKiB: fc.integer({ min: 512, max: 4_000_000 }),
      passes: fc.integer({ min: 1, max: 99 }),
      parallelism: fc.integer({ min: 1, max: 64 }),
      salt: bytes(9, 64),
      tag: bytes(17, 64),
    })
    fc.assert(fc.property(hash, (value) => assert.deepEqual(hashFromPhc(phcFromHash(value)), { ...value })))
  })

  test('that asks for too much, or is none, is not computed; it fits no password and the log is told', async () => {
    const salt = '$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    const hashes = [
      `$argon2id$v=19$m=10485760,t=1,p=1${salt}`, // 10 GB
      `$argon2id$v=19$m=65536,t=9999,p=1${salt}`,
      `$argon2id$v=19$m=65536,t=1,p=99${salt}`,
      `$argon2id$v=19$m=4,t=1,p=1${salt}`,
      `$argon2id$v=19$m=64,t=0,p=1${salt}`,
      `$argon2i$v=19$m=64,t=1,p=1${salt}`,
      '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy',
      'plain text',
      '',
    ]
    for (const phc of hashes) {
      const lines: object[] = []
      const log = { debug() {}, info() {}, warn() {}, error: (data: object) => lines.push(data) }
      const verdict = await createPasswordHasher(cheap, log).verify('plain text', phc)
      assert.deepEqual(verdict, { isRight: false, needsRehash: false }, phc)
      assert.equal(lines.length, 1)
      assert.doesNotMatch(JSON.stringify(lines), /AAAA|N9qo|plain/, 'nothing of the hash is in the log')
    }
  })
})

describe('settings of hashing', () => {
  test('that make no sense are refused with a sentence', () => {
    const wrong = [
      { passes: 0 },
      { memoryKiB: 15, parallelism: 2 },
      { memoryKiB: 2 ** 21 },
      { tagBytes: 8 },
      { maxRunning: 0 },
      { maxWaiting: -1 },
      { passes: 1.5 },
    ]
    for (const settings of wrong) assert.throws(() => createPasswordHasher(settings), { code: 'password_setting' })
  })

  test('leave half of the threads for files and names by default', () => {
    const { maxRunning } = defaultPasswordHashing()
    assert.ok(maxRunning >= 1 && maxRunning <= 2, String(maxRunning))
  })
})

describe('a flood of sign-ins', () => {
  test('is refused beyond the places there are, while files are still read', async () => {
    const one = hasher({ memoryKiB: 4096, maxRunning: 1, maxWaiting: 3, maxWaitMs: 60_000 })
    const flood = Promise.allSettled(Array.from({ length: 50 }, () => one.verifyNothing('correct horse')))
    assert.deepEqual(one.load(), { running: 1, waiting: 3 })
    assert.ok((await readFile(import.meta.filename, 'utf8')).length > 0)
    const results = await flood
    const refused = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason)
    assert.equal(refused.length, 46)
    for (const error of refused) {
      assert.equal(error.code, 'auth_busy')
      assert.equal(error.category, 'unavailable')
      assert.equal(error.details.retryAfterSeconds, 60)
    }
    assert.deepEqual(one.load(), { running: 0, waiting: 0 })
    assert.deepEqual(await one.verifyNothing('correct horse'), { isRight: false, needsRehash: false })
  })

  test('waits in the same queue for accounts that exist and for others', async () => {
    const one = hasher({ maxRunning: 1, maxWaiting: 0 })
    const phc = await one.hash('correct horse')
    const first = one.verifyNothing('x')
    await assert.rejects(one.verify('correct horse', phc), { code: 'auth_busy' })
    await first
    const second = one.verify('correct horse', phc)
    await assert.rejects(one.verifyNothing('x'), { code: 'auth_busy' })
    assert.equal((await second).isRight, true)
  })
})
