import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createPasswordPolicy, type PasswordPolicyOptions } from './check-password.ts'
import { CommonPasswords, readCommonPasswords } from './common-passwords.ts'
import { estimateStrength } from './estimate-strength.ts'

const jane = { emails: ['jane.d.miller+shop@galaxy-tours.example'], names: ['Jané Miller'] }

/** What speaks against a password, apart from its estimated strength. */
async function codesOf(password: string, options: PasswordPolicyOptions = {}, about = jane) {
  const policy = createPasswordPolicy({ minStrength: 0, applicationName: 'Teahouse', ...options })
  return (await policy.check(password, about)).map(({ code }) => code)
}

async function assertRefused(code: string, passwords: readonly string[]) {
  for (const password of passwords) assert.ok((await codesOf(password)).includes(code), `${code}: ${password}`)
}

async function assertGood(passwords: readonly string[]) {
  for (const password of passwords) assert.deepEqual(await codesOf(password), [], password)
}

describe('a new password', () => {
  test('may be any text of 12 to 128 characters, without rules for kinds of characters', async () => {
    await assertGood([
      'correct horse battery staple',
      'velvet otter',
      'вечерняя прогулка',
      '夜の散歩は静かで美しい月夜だ',
      '🦊🌵🚲🎺🧊🍄🪁🦉🧦🪐🥁🛶',
      'k7#Qz!x2Lp9w',
      'xvqzjmwprtkb',
      'river lantern cobalt '.repeat(6).slice(0, 128),
    ])
  })

  test('is counted in characters, not in bytes or halves of characters', async () => {
    assert.deepEqual(await codesOf('🦊🌵🚲🎺🧊🍄🪁🦉🧦🪐🥁'), ['too_short'])
    assert.deepEqual(await codesOf('xkvqz jmwpr'), ['too_short'])
    const emoji = '🦊🌵🚲🎺🧊🍄🪁🦉'.repeat(16)
    assert.deepEqual(await codesOf(emoji), [])
    assert.deepEqual(await codesOf(`${emoji}x`), ['too_long'])
    assert.deepEqual(await codesOf('e\u0301t\u0301'.repeat(3)), ['too_short', 'too_predictable'])
  })

  test('that is too long or no text is told so and nothing else', async () => {
    assert.deepEqual(await codesOf('a'.repeat(129)), ['too_long'])
    assert.deepEqual(await codesOf('a'.repeat(1_000_000)), ['too_long'])
    assert.deepEqual(await codesOf('correct\thorse battery'), ['characters'])
    assert.deepEqual(await codesOf('correct horse \ud83d battery'), ['characters'])
  })

  test('is told all that speaks against it, each with a sentence, and where it stands', async () => {
    const issues = await createPasswordPolicy().check('12345', {}, '/newPassword')
    assert.deepEqual(
      issues.map(({ code, pointer, params }) => ({ code, pointer, params })),
      [
        { code: 'too_short', pointer: '/newPassword', params: { min: 12 } },
        { code: 'too_common', pointer: '/newPassword', params: undefined },
        { code: 'too_predictable', pointer: '/newPassword', params: undefined },
      ],
    )
    for (const { message } of issues) assert.match(message, /^[A-Z].*\.$/)
    assert.deepEqual(await codesOf(''), ['too_short'])
  })

  test('is never in the sentences, and nobody learns from them which of his data it was', async () => {
    const issues = await createPasswordPolicy().check('janemiller99', jane)
    assert.doesNotMatch(JSON.stringify(issues), /janemiller|Jané|galaxy/)
  })
})

describe('common passwords', () => {
  test('are refused as they are, and with what people do to make them longer', () =>
    assertRefused('too_common', [
      'qwerty123456',
      '1qaz2wsx3edc',
      'Unbelievable',
      'administrator',
      'password1234',
      'Password2024!',
      'P4$$w0rd!!!!',
      '1L0v3you!2023',
      'dragondragon',
      'Monkey123Monkey123',
      'drowssap1234',
      'sunshine123456789',
      '***letmein***',
      '123456dragon123456',
      'ｐａｓｓｗｏｒｄ１２３４',
    ]))

  test('may be words of a phrase', () =>
    assertGood(['dragon velvet otter', 'monkey-lantern-cobalt', 'sunshine over grey water', 'dragon 8f2L!q0zT9']))

  test('are found whatever their place in the list, and nothing else is', async () => {
    const list = await readCommonPasswords()
    assert.ok(list.length >= 10_000 && new Set(list).size === list.length)
    assert.ok(list.every((line) => /^[\x21-\x7e]+$/.test(line) && line === line.toLowerCase()))
    const common = new CommonPasswords(list)
    assert.deepEqual(
      list.filter((line) => !common.has(line)),
      [],
    )
    for (const line of ['', '\n', list[0]!.slice(1), `${list[5]}\n${list[6]}`, 'zzzzzzzzzzzzzzz', '\u0000', ' '])
      assert.equal(common.has(line), list.includes(line), JSON.stringify(line))
  })

  test('are looked up as in a set', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '1', '!'), minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(fc.uniqueArray(word), word, (list, wanted) => {
        assert.equal(new CommonPasswords(list).has(wanted), list.includes(wanted))
      }),
    )
  })
})

describe('own data', () => {
  test('is refused as a password, backwards, with look-alikes and with a little added', () =>
    assertRefused('own_data', [
      'janemiller99',
      'Jane.Miller.2024',
      'rellimenaj!!',
      'J4n3M1ll3r!!!',
      'JanéJanéJané',
      'galaxy-tours',
      'GalaxyTours1',
      'Teahouse2024',
      'miller!miller!shop',
      't34h0us3-jane',
    ]))

  test('may be a part of a long password', () =>
    assertGood(['jane correct horse battery', 'teahouse velvet otter', 'miller k7#Qz!x2Lp9w']))

  test('that is not known, or very short, forbids nothing', async () => {
    assert.deepEqual(await codesOf('velvet otter', { applicationName: '' }, { emails: [], names: [] }), [])
    assert.deepEqual(
      await codesOf('velvet otter', {}, { emails: ['ve@lv.com', 'no address', ''], names: ['O T', '. *'] }),
      [],
    )
  })

  test('of any kind does no harm', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(text, text, text, async (password, email, name) => {
        assert.ok(Array.isArray(await codesOf(password, {}, { emails: [email], names: [name] })))
      }),
    )
  })
})

describe('predictable passwords', () => {
  test('of repeated characters and rows are refused', () =>
    assertRefused('too_predictable', [
      'aaaaaaaaaaaa',
      'ababababababab',
      'abcdefghijklmnop',
      'ZYXWVUTSRQPON',
      '890123456789012',
      'qwertyuiop[]',
      'asdfghjklasdfghjkl',
      'poiuytrewqpoiu',
      '112233445566',
      'aaaabbbbcccc',
      'aaaaaaaaaaaaaaaaaaX7',
      'абвгдежзийкл',
    ]))

  test('are not those with a short repetition or row in them', () =>
    assertGood(['velvet 1234 otter', 'aaaa lantern cobalt', 'correcthorse correcthorse']))

  test('random letters and digits are not refused for anything', async () => {
    const random = fc.string({
      unit: fc.constantFrom(...'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'),
      minLength: 14,
      maxLength: 20,
    })
    const samples = fc.sample(random, { numRuns: 300, seed: 7 })
    const spread = samples.filter((sample) => new Set(sample).size >= 9)
    for (const password of spread) assert.deepEqual(await codesOf(password, { minStrength: 2 }), [], password)
  })
})

describe('strength', () => {
  test('is estimated in five steps, with what is known of the person', async () => {
    assert.equal(await estimateStrength('password'), 0)
    assert.equal(await estimateStrength('correct horse battery staple'), 4)
    assert.ok((await estimateStrength('wolperdinger77', ['wolperdinger'])) < (await estimateStrength('wolperdinger77')))
  })

  test('below the least one is refused, and only told where nothing else is wrong', async () => {
    const weak = 'qwertz13.5.1997'
    assert.deepEqual(await codesOf(weak), [])
    assert.deepEqual(await codesOf(weak, { minStrength: 4 }), ['too_weak'])
    assert.deepEqual(await codesOf('janemiller99', { minStrength: 4 }), ['own_data'])
  })

  test('of a long password is that of its beginning at least', async () => {
    assert.equal(await estimateStrength(`${'correct horse battery staple '.repeat(4)}`), 4)
  })
})

describe('the policy', () => {
  test('asks for breaches only where nothing else is wrong', async () => {
    const asked: string[] = []
    const isBreached = async (password: string) => {
      asked.push(password)
      return true
    }
    assert.deepEqual(await codesOf('password1234', { isBreached }), ['too_common'])
    assert.deepEqual(asked, [])
    assert.deepEqual(await codesOf('velvet otter', { isBreached }), ['breached'])
    assert.deepEqual(asked, ['velvet otter'])
  })

  test('refuses limits that make no sense', () => {
    for (const options of [
      { minLength: 4 },
      { minLength: 12.5 },
      { maxLength: 20 },
      { maxLength: 1000 },
      { minStrength: 5 },
    ])
      assert.throws(() => createPasswordPolicy(options as PasswordPolicyOptions), { code: 'password_setting' })
  })
})
