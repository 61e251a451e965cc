import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { Secret, TOTP } from 'otpauth'
import { type Browser, chromium, type Page } from 'playwright-core'
import { tokenIn } from './mails.ts'
import { appWithCustomers, goodPassword, type People, startPeople, tokenOf } from './people.ts'

const newPassword = 'quiet lanterns over seven bridges'
const pages = ['sign-in', 'account', 'verify-email', 'reset-password', 'choose-password', 'change-email', 'unlock']

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

  test('open also when whoever carried the mail has added something to the link', async () => {
    for (const page of pages) assert.equal((await people.get(`/auth/${page}?utm_source=mail`)).status, 200, page)
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
      const code = page.getByLabel('Code', { exact: true })
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

    test('the first administrator goes from the printed link to a full session by the pages alone', async () => {
      const app = appWithCustomers({ firstAdministrator: { role: 'admin' } }, { requireMfa: ['admin'] })
      const office = await startPeople(app, {})
      const place = await office.app.url()
      const greetings = await Promise.all(office.app.open.features.map((feature) => feature.greet?.(place)))
      const link = `${place}/auth/first-administrator#token=${/#token=([\w-]+)/.exec(greetings.join(' '))![1]}`
      const page = await browser.newPage()
      const problems: string[] = []
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
      page.on('pageerror', (error) => problems.push(error.message))
      await page.goto(link)
      await page.getByLabel('Name').fill('Ada')
      await page.getByLabel('E-mail address').first().fill('boss@example.com')
      await page.getByLabel('New password').fill(goodPassword)
      await page.getByRole('button', { name: 'Make this account' }).click()
      await page.getByRole('heading', { name: 'The account is made' }).waitFor()
      await page.getByRole('link', { name: 'Sign in' }).click()
      await fillIn(page, 'boss@example.com')
      await page.getByRole('heading', { name: 'A second step' }).waitFor()
      assert.equal(await stageOf(page), 'enrol')
      await page.getByRole('button', { name: 'Set up an authenticator' }).click()
      const qr = page.getByAltText('QR code for the authenticator app')
      await qr.waitFor()
      assert.ok(await qr.evaluate((image: any) => image.decode().then(() => image.naturalWidth > 0))) // any: no types of the DOM here
      const secret = Secret.fromBase32((await page.locator('code').innerText()).replaceAll(' ', ''))
      await page.getByLabel('Code', { exact: true }).fill('000000')
      await page.getByRole('button', { name: 'Turn it on' }).click()
      await page.getByRole('alert').filter({ hasText: /code/i }).waitFor()
      await page.getByLabel('Code', { exact: true }).fill(TOTP.generate({ secret }))
      await page.getByRole('button', { name: 'Turn it on' }).click()
      await page.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor()
      const codes = await page.getByRole('listitem').allInnerTexts()
      assert.equal(codes.length, 10)
      await page.getByRole('button', { name: 'I have kept them' }).click()
      await page.getByText('As boss@example.com.', { exact: true }).waitFor()
      assert.equal(await stageOf(page), 'full')

      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.getByRole('heading', { name: 'Sign in' }).waitFor()
      assert.equal(await stageOf(page), undefined)
      await fillIn(page, 'boss@example.com')
      await page.getByRole('button', { name: 'Use a recovery code' }).click()
      await page.getByLabel('Recovery code').fill(codes[0]!.toLowerCase())
      await page.getByLabel('Recovery code').press('Enter')
      await page.getByText('As boss@example.com.', { exact: true }).waitFor()
      assert.equal(await stageOf(page), 'full')

      await page.goto(link)
      await page.getByLabel('Name').fill('Eve')
      await page.getByLabel('E-mail address').first().fill('eve@example.com')
      await page.getByLabel('New password').fill(newPassword)
      await page.getByRole('button', { name: 'Make this account' }).click()
      await page.getByRole('heading', { name: 'There is an administrator already' }).waitFor()
      assert.equal((await office.signIn('eve@example.com', newPassword)).status, 401)
      // Browsers write down each refusal; nothing else went wrong.
      assert.deepEqual(
        problems.filter((problem) => !problem.startsWith('Failed to load resource')),
        [],
      )
      await page.close()
      await office.app.close()
    })

    test('signing in asks for the second factor, and leads to where somebody was going, on this site only', async () => {
      const codeNow = await withAuthenticator('going@example.com', people)
      const page = await browser.newPage()
      await page.goto(`${site}/auth/sign-in?returnTo=${encodeURIComponent('/docs?x=1')}`)
      await fillIn(page, 'going@example.com', 'a wrong password altogether')
      await page.getByRole('alert').filter({ hasText: 'not right' }).waitFor()
      await fillIn(page, 'going@example.com')
      await page.getByLabel('Code', { exact: true }).fill(codeNow())
      await page.getByLabel('Code', { exact: true }).press('Enter')
      await page.waitForURL(({ href }) => href === `${site}/docs?x=1`)
      await people.register('straight@example.com')
      await people.verify('straight@example.com')
      for (const elsewhere of [
        'https://evil.example/',
        '//evil.example',
        '/\\evil.example',
        '/\t/evil.example',
        'javascript:1',
      ]) {
        await page.goto(`${site}/auth/sign-in?returnTo=${encodeURIComponent(elsewhere)}`)
        await fillIn(page, 'straight@example.com')
        await page.waitForURL(({ href }) => href === `${site}/auth/account`)
        await page.getByText('As straight@example.com.', { exact: true }).waitFor()
      }
      await page.context().clearCookies()
      await page.goto(`${site}/auth/account?returnTo=/docs`)
      await page.waitForURL(({ href }) => href === `${site}/auth/sign-in?returnTo=/docs`)
      await page.close()
    })

    test('somebody makes an account, forgets the mail and the password, and gets in', async () => {
      const page = await browser.newPage()
      await page.goto(`${site}/auth/sign-in`)
      await page.getByRole('button', { name: 'Make an account' }).first().click()
      await page.getByLabel('Name').fill('Ida')
      const form = page.locator('[data-step=register]')
      await form.getByLabel('E-mail address').fill('ida@example.com')
      await form.getByLabel('Password').fill(goodPassword)
      await form.getByRole('button', { name: 'Make an account' }).click()
      await page.getByRole('heading', { name: 'Look at your mails' }).waitFor()
      await page.getByRole('button', { name: 'Back to signing in' }).click()
      const first = await tokenIn(people.app, 'ida@example.com', 'verify-email')
      await fillIn(page, 'ida@example.com')
      await page.getByRole('heading', { name: 'Confirm your address first' }).waitFor()
      await page.getByRole('button', { name: 'Send me a link' }).click()
      await page.getByRole('heading', { name: 'Look at your mails' }).waitFor()
      assert.notEqual(await tokenIn(people.app, 'ida@example.com', 'verify-email'), first)

      await page.goto(`${site}/auth/sign-in`)
      await page.getByRole('button', { name: 'Forgotten your password?' }).click()
      await page.locator('[data-step=forgotten]').getByLabel('E-mail address').fill('ida@example.com')
      await page.getByRole('button', { name: 'Send me a link' }).click()
      await page.getByRole('heading', { name: 'Look at your mails' }).waitFor()
      await page.goto(
        `${site}/auth/reset-password#token=${await tokenIn(people.app, 'ida@example.com', 'reset-password')}`,
      )
      await page.getByLabel('New password').fill(newPassword)
      await page.getByRole('button', { name: 'Set this password' }).click()
      await page.getByRole('link', { name: 'Sign in' }).click()
      await fillIn(page, 'ida@example.com', newPassword)
      await page.getByText('As ida@example.com.', { exact: true }).waitFor()
      await page.close()
    })

    test('nobody is asked to make an account where nobody can', async () => {
      const closed = await startPeople(appWithCustomers({}, { register: false }), {})
      const markup = await (await closed.get('/auth/sign-in')).text()
      assert.doesNotMatch(markup, /Make an account|register/)
      await closed.app.close()
    })

    test('somebody invited who has an account signs in on the page of the invitation, and accepts', async () => {
      const app = appWithCustomers({ managers: ['admin'] })
      const office = await startPeople(app, {})
      const place = await office.app.url()
      const made = await office.app.open.features
        .find(({ accounts }) => accounts)!
        .accounts!.create({ email: 'boss@example.com', roles: ['admin'], profile: { name: 'Ada' } })
      const page = await browser.newPage()
      assert.match(made.link, /\/auth\/choose-password#token=[\w-]{43}$/)
      await page.goto(`${place}/auth/choose-password#${made.link.split('#')[1]}`)
      await page.getByRole('heading', { name: 'Choose your password' }).waitFor()
      await page.getByLabel('Password').fill(goodPassword)
      await page.getByRole('button', { name: 'Set this password' }).click()
      await page.getByRole('heading', { name: 'Your password is set' }).waitFor()
      const boss = await tokenOf(await office.signIn('boss@example.com'))
      await office.arrive('grace@example.com')
      const invited = await office.sendAs(boss, '/api/auth/invitations', {
        email: 'grace@example.com',
        roles: ['staff'],
      })
      assert.ok(invited.ok, await invited.text())
      await page.goto(`${place}/auth/invitation#token=${await tokenIn(office.app, 'grace@example.com', 'invitation')}`)
      await page.getByRole('button', { name: 'Accept the invitation' }).click()
      await page.getByRole('heading', { name: 'Sign in to accept' }).waitFor()
      await page.locator('section:visible').getByLabel('E-mail address').fill('grace@example.com')
      await page.locator('section:visible').getByLabel('Password').fill(goodPassword)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
      await page.getByRole('button', { name: 'Accept the invitation' }).click()
      await page.getByRole('heading', { name: 'Welcome' }).waitFor()
      const { roles } = await office.who(await tokenOf(await office.signIn('grace@example.com')))
      assert.deepEqual(roles, ['staff'])
      await page.close()
      await office.app.close()
    })

    test('a link to sign in that is opened in another browser gets a new one for this one', async () => {
      const mailed = await startPeople(appWithCustomers({ passwordless: { magicLink: true } }), {})
      const place = await mailed.app.url()
      await mailed.arrive('far@example.com')
      await mailed.send('/api/auth/magic-link', { email: 'far@example.com' })
      const page = await browser.newPage()
      const link = async () =>
        `${place}/auth/magic-link#token=${await tokenIn(mailed.app, 'far@example.com', 'magic-link')}`
      await page.goto(await link())
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('heading', { name: 'Another browser' }).waitFor()
      await page.locator('section:visible').getByLabel('E-mail address').fill('far@example.com')
      await page.getByRole('button', { name: 'Send me a new link' }).click()
      await page.getByRole('heading', { name: 'Look at your mails' }).waitFor()
      await page.goto(await link())
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
      assert.equal(await stageOf(page), 'full')
      await page.close()
      await mailed.app.close()
    })

    test('they ask nobody else for anything, and break no rule of their own', async () => {
      const page = await browser.newPage()
      const asked: string[] = []
      const problems: string[] = []
      page.on('request', (request) => asked.push(new URL(request.url()).origin))
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
      page.on('pageerror', (error) => problems.push(error.message))
      // The page of the account asks who is signed in, which browsers write down when the answer is nobody.
      for (const name of pages.filter((name) => name !== 'account'))
        await page.goto(`${site}/auth/${name}#token=abc`, { waitUntil: 'networkidle' })
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

/** Signs in on the page for that. */
async function fillIn(page: Page, address: string, password = goodPassword): Promise<void> {
  const step = page.locator('[data-step=ask]')
  await step.getByLabel('E-mail address').fill(address)
  await step.getByLabel('Password').fill(password)
  await step.getByRole('button', { name: 'Sign in' }).click()
}

/** What the cookie of the browser is good for; undefined for nothing. */
function stageOf(page: Page): Promise<string | undefined> {
  return page.evaluate(async () => ((await (await fetch('/api/auth/session')).json()) as { stage?: string }).stage)
}

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
