import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { Secret, TOTP } from 'otpauth'
import { type Browser, chromium, type Page } from 'playwright-core'
import { tokenIn } from './mails.ts'
import { appWithCustomers, goodPassword, type People, startPeople, tokenOf } from './people.ts'

const newPassword = 'quiet lanterns over seven bridges'
const pages = ['verify-email', 'reset-password', 'change-email', 'unlock']

describe('the pages that mails lead to', () => {
  let people: People
  let site: string
  before(async () => {
    people = await startPeople(appWithCustomers(), {})
    site = await people.app.url()
  })
  after(() => people.app.close())

  test('are HTML that may run nothing but their own file, and are kept nowhere', async () => {
    for (const page of pages) {
      const answer = await people.get(`/auth/${page}`)
      assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8')
      assert.equal(answer.headers.get('cache-control'), 'no-store')
      assert.equal(answer.headers.get('referrer-policy'), 'no-referrer')
      const policy = answer.headers.get('content-security-policy')!
      assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';/)
      const markup = await answer.text()
      assert.doesNotMatch(markup, /\sstyle=|\son\w+=|<script>|https?:/)
    }
    for (const [file, type] of [
      ['page.css', 'text/css; charset=utf-8'],
      ['page.js', 'text/javascript; charset=utf-8'],
    ])
      assert.equal((await people.get(`/auth/${file}`)).headers.get('content-type'), type)
    assert.equal((await people.get('/auth/nothing')).status, 404)
  })

  test('are not served where the application has its own, nor for what it does not offer', async () => {
    assert.equal((await people.get('/auth/first-administrator')).status, 404)
    const other = await startPeople(appWithCustomers({ pages: 'https://shop.example/account' }), {})
    for (const page of [...pages, 'page.css']) assert.equal((await other.get(`/auth/${page}`)).status, 404)
    await other.app.close()
  })

  describe('in a browser', { skip: browserPath() === undefined && 'no Chromium on this machine' }, () => {
    let browser: Browser
    before(async () => {
      browser = await chromium.launch({ executablePath: browserPath()!, args: ['--no-sandbox'] })
    })
    after(() => browser.close())

    test('opening the link does nothing; a click confirms the address, and the token is in no address any more', async () => {
      await people.register('open@example.com')
      const page = await openLink('open@example.com', 'verify-email')
      assert.equal(page.url(), `${site}/auth/verify-email`)
      assert.equal((await people.signIn('open@example.com')).status, 403)
      await page.getByRole('button', { name: 'Confirm this address' }).click()
      await page.getByRole('heading', { name: 'Your address is confirmed' }).waitFor()
      assert.equal((await people.signIn('open@example.com')).status, 200)
      await page.close()
    })

    test('a new password is refused beside its field, then taken', async () => {
      await people.arrive('reset@example.com')
      await people.send('/api/auth/password/reset', { email: 'reset@example.com' })
      const page = await openLink('reset@example.com', 'reset-password')
      const field = page.getByLabel('New password')
      assert.deepEqual(
        [await field.getAttribute('type'), await field.getAttribute('autocomplete')],
        ['password', 'new-password'],
      )
      await field.fill('password')
      await page.getByRole('button', { name: 'Set this password' }).click()
      await page.getByText('Use at least 12 characters.').waitFor()
      assert.equal(await field.getAttribute('aria-invalid'), 'true')
      await page.getByRole('button', { name: 'Show' }).click()
      assert.equal(await field.getAttribute('type'), 'text')
      await field.fill(newPassword)
      await field.press('Enter')
      await page.getByRole('heading', { name: 'Your password is changed' }).waitFor()
      assert.equal((await people.signIn('reset@example.com', newPassword)).status, 200)
      assert.equal((await people.signIn('reset@example.com', goodPassword)).status, 401)
      await page.close()
    })

    test('a link that is used up offers a new one, which opens in the same tab', async () => {
      await people.register('again@example.com')
      const old = await tokenIn(people.app, 'again@example.com', 'verify-email')
      const page = await browser.newPage()
      await page.goto(`${site}/auth/verify-email#token=${'x'.repeat(43)}`)
      await page.getByRole('button', { name: 'Confirm this address' }).click()
      await page.getByRole('heading', { name: 'This link is not good any more' }).waitFor()
      await page.getByLabel('E-mail address').fill('again@example.com')
      await page.getByRole('button', { name: 'Send me a new link' }).click()
      await page.getByRole('heading', { name: 'Look at your mails' }).waitFor()
      const token = await tokenIn(people.app, 'again@example.com', 'verify-email')
      assert.notEqual(token, old)
      await page.goto(`${site}/auth/verify-email#token=${token}`)
      await page.getByRole('button', { name: 'Confirm this address' }).click()
      await page.getByRole('heading', { name: 'Your address is confirmed' }).waitFor()
      await page.close()
    })

    test('a new address and a locked account need a click, too', async () => {
      const token = await people.arrive('old@example.com')
      assert.equal((await people.sendAs(token, '/api/auth/email', { email: 'new@example.com' })).status, 202)
      const change = await openLink('new@example.com', 'change-email')
      await change.getByRole('button', { name: 'Use this address' }).click()
      await change.getByRole('heading', { name: 'Your address is changed' }).waitFor()
      assert.equal((await people.signIn('new@example.com')).status, 200)
      await change.close()
      const unlock = await browser.newPage()
      await unlock.goto(`${site}/auth/unlock#token=${'x'.repeat(43)}`)
      await unlock.getByRole('button', { name: 'Open my account' }).click()
      await unlock.getByRole('heading', { name: 'This link is not good any more' }).waitFor()
      await unlock.close()
    })

    test('a link that signs in asks for the second factor after the click, and sets the cookie', async () => {
      const app = appWithCustomers({ passwordless: { magicLink: true } })
      const mailed = await startPeople(app, {})
      const codeNow = await withAuthenticator('link@example.com', mailed)
      const place = await mailed.app.url()
      const page = await browser.newPage()
      await page.goto(`${place}/`)
      const body = JSON.stringify({ email: 'link@example.com' })
      const asked = await page.evaluate(async (body) => {
        const headers = { 'content-type': 'application/json' }
        return (await fetch('/api/auth/magic-link', { method: 'POST', headers, body })).status
      }, body)
      assert.equal(asked, 202)
      await page.goto(`${place}/auth/magic-link#token=${await tokenIn(mailed.app, 'link@example.com', 'magic-link')}`)
      await page.getByRole('button', { name: 'Sign in' }).click()
      const code = page.getByLabel('Code')
      await code.fill('000000')
      await code.press('Enter')
      await page.getByRole('alert').filter({ hasText: /code/i }).waitFor()
      await code.fill(codeNow())
      await code.press('Enter')
      await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
      assert.equal(await page.evaluate(async () => (await fetch('/api/auth/session')).status), 200)
      await page.close()
      await mailed.app.close()
    })

    test('the first administrator makes the account by the link, and invites somebody, who chooses a password', async () => {
      const app = appWithCustomers({ firstAdministrator: { role: 'admin' }, managers: ['admin'] })
      const office = await startPeople(app, {})
      const place = await office.app.url()
      const greetings = await Promise.all(office.app.open.features.map((feature) => feature.greet?.(place)))
      const link = /#token=([\w-]+)/.exec(greetings.join(' '))![1]
      const first = await browser.newPage()
      await first.goto(`${place}/auth/first-administrator#token=${link}`)
      await first.getByLabel('Name').fill('Ada')
      await first.getByLabel('E-mail address').first().fill('boss@example.com')
      await first.getByLabel('New password').fill(goodPassword)
      await first.getByRole('button', { name: 'Make this account' }).click()
      await first.getByRole('heading', { name: 'The account is made' }).waitFor()
      await first.close()

      const boss = await tokenOf(await office.signIn('boss@example.com'))
      const invited = await office.sendAs(boss, '/api/auth/invitations', { email: 'grace@example.com' })
      assert.ok(invited.ok, await invited.text())
      const page = await browser.newPage()
      await page.goto(`${place}/auth/invitation#token=${await tokenIn(office.app, 'grace@example.com', 'invitation')}`)
      await page.getByRole('button', { name: 'Accept the invitation' }).click()
      await page.getByText('This is required.').first().waitFor()
      await page.getByLabel('Name').fill('Grace')
      await page.getByLabel('New password').fill(newPassword)
      await page.getByRole('button', { name: 'Accept the invitation' }).click()
      await page.getByRole('heading', { name: 'Welcome' }).waitFor()
      assert.equal((await office.signIn('grace@example.com', newPassword)).status, 200)
      await page.close()
      await office.app.close()
    })

    test('they ask nobody else for anything, and break no rule of their own', async () => {
      const page = await browser.newPage()
      const asked: string[] = []
      const problems: string[] = []
      page.on('request', (request) => asked.push(new URL(request.url()).origin))
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
      page.on('pageerror', (error) => problems.push(error.message))
      for (const name of pages) await page.goto(`${site}/auth/${name}#token=abc`, { waitUntil: 'networkidle' })
      assert.deepEqual([...new Set(asked)], [site])
      assert.deepEqual(problems, [])
      await page.close()
    })

    async function openLink(address: string, name: string): Promise<Page> {
      const page = await browser.newPage()
      await page.goto(`${site}/auth/${name}#token=${await tokenIn(people.app, address, name)}`)
      return page
    }
  })
})

/** An account with an authenticator. @returns what the authenticator shows in the next half minute. */
async function withAuthenticator(address: string, people: People): Promise<() => string> {
  const token = await people.arrive(address)
  const { secret } = (await (await people.sendAs(token, '/api/auth/totp')).json()) as { secret: string }
  const codeAt = (atMs: number) => TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: atMs })
  const confirmed = await people.sendAs(token, '/api/auth/totp/confirm', { code: codeAt(Date.now()) })
  assert.equal(confirmed.status, 200, await confirmed.text())
  return () => codeAt(Date.now() + 30_000) // the one of now is used
}

function browserPath(): string | undefined {
  const places = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
  return places.find((path) => path !== undefined && existsSync(path))
}
