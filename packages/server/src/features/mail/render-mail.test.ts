import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileModel } from '../../model/compile-model.ts'
import { defineApp, defineFeature, html, mailButton, mailCode, mailTemplate, text, url } from '../../plugin.ts'
import { mail, renderMail } from './index.ts'

const verify = mailTemplate('auth.verify-email', {
  input: { name: text(), link: url() },
  subject: ({ name }) => `Welcome, ${name}`,
  html: ({ name, link }, { appName }) => html`
    <h1>Welcome to ${appName}</h1>
    <p>Hello ${name},<br>please confirm your address.</p>
    ${mailButton('Confirm', link)}
    <ul><li>One &amp; only</li><li>See <a href="https://shop.example/help">the help</a></li></ul>`,
})
const place = { appName: 'Tea Shop', baseUrl: 'https://shop.example' }
const ada = { name: 'Ada', link: 'https://shop.example/verify?token=a&b=c' }

test('a template is a subject, a page and a text that says the same', () => {
  const { subject, text: plain, html: page } = renderMail(verify, ada, place)
  assert.equal(subject, 'Welcome, Ada')
  assert.equal(
    plain,
    `Welcome to Tea Shop

Hello Ada,
please confirm your address.

Confirm: https://shop.example/verify?token=a&b=c

- One & only
- See the help: https://shop.example/help

-- 
Tea Shop
`,
  )
  assert.match(page, /^<!doctype html>/)
  assert.match(page, /<a href="https:\/\/shop\.example\/verify\?token=a&amp;b=c" style="[^"]+">Confirm<\/a>/)
  assert.doesNotMatch(page, /<(script|img|link|style)\b/)
})

test('what somebody has typed stays text, in each of them', () => {
  const name = '<img src=x onerror=alert(1)> "Ada" &amp; \'Co\''
  const { subject, text: plain, html: page } = renderMail(verify, { ...ada, name }, { ...place, appName: '<b>Shop' })
  assert.equal(subject, `Welcome, ${name}`)
  assert.ok(plain.includes(`Hello ${name},`))
  assert.ok(page.includes('Hello &lt;img src=x onerror=alert(1)&gt; &quot;Ada&quot; &amp;amp; &#39;Co&#39;,'))
  assert.ok(page.includes('&lt;b&gt;Shop'))
  assert.doesNotMatch(page, /<(img|b)\b/)
})

test('a subject is one line, whatever is in it', () => {
  const { subject } = renderMail(verify, { ...ada, name: 'Ada\r\nBcc: eve@evil.example\u2028\0x' }, place)
  assert.equal(subject, 'Welcome, Ada Bcc: eve@evil.example x')
  assert.equal(renderMail(verify, { ...ada, name: 'x'.repeat(5_000) }, place).subject.length, 200)
})

test('a button leads to an address or is not there', () => {
  for (const link of ['javascript:alert(1)', undefined, '']) assert.equal(String(mailButton('Go', link)), '')
  assert.match(String(mailCode('123<4')), />123&lt;4<\/p>$/)
})

test('a text of its own stands instead of the one that is derived', () => {
  const own = mailTemplate('own', { subject: () => 'S', html: () => html`<p>page</p>`, text: () => 'text' })
  assert.match(renderMail(own, {}, { appName: 'Shop', baseUrl: undefined }).text, /^text\n/)
})

const auth = defineFeature({ name: 'auth', mails: [verify] })
const modelWith = (
  ...templates: readonly ReturnType<typeof mailTemplate<any>>[] // any: templates of any input
) => compileModel(defineApp({ name: 'x', collections: [], features: [auth, mail({ templates })] }))

test('an application replaces the mail of a feature, and has its own beside', () => {
  const own = mailTemplate('auth.verify-email', {
    input: { link: url() },
    subject: () => 'Mine',
    html: ({ link }) => html`${mailButton('Go', link)}`,
  })
  const other = mailTemplate('shop.welcome', { subject: () => 'W', html: () => html`<p>W</p>` })
  const { mails } = modelWith(own, other)
  assert.deepEqual([...mails.keys()], ['auth.verify-email', 'shop.welcome'])
  assert.equal(mails.get('auth.verify-email'), own)
})

test('mails that cannot be are told: two of a name, a bad name, and one that wants what it is not given', () => {
  const make = (name: string, input = {}) => mailTemplate(name, { input, subject: () => '', html: () => html`` })
  assert.throws(() => modelWith(make('a.b'), make('a.b')), /mails\.a\.b: There are two mails of this name/)
  assert.throws(() => modelWith(make('A b')), /mails\.A b: A mail is named like/)
  assert.throws(
    () => modelWith(make('auth.verify-email', { coupon: text() })),
    /mails\.auth\.verify-email\.input\.coupon: Whoever sends this mail does not give it\. It is given: name, link\./,
  )
})
