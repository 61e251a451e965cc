import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { chromium } from 'playwright-core'
import { newBuyer, newGoods, newOrder, type OpenShop, openShop } from '../testing/open-shop.ts'

const places = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const chromiumPath = places.find((path) => path !== undefined && existsSync(path))

describe('the page that the mail leads to', {
  skip: chromiumPath === undefined && 'no Chromium on this machine',
}, () => {
  let shop: OpenShop
  before(async () => {
    shop = await openShop({})
  })
  after(() => shop.app.close())

  test('shows the order of the token behind its #, runs nothing else, and tells nobody of the token', async () => {
    const order = await newOrder(await newBuyer(shop), { [await newGoods(shop, { price: 500, pieces: 5 })]: 2 })
    const [mail] = await shop.app.mails()
    const token = /#token=([\w-]{43})/.exec(mail!.text)![1]!
    const site = await shop.app.url()
    const browser = await chromium.launch({ executablePath: chromiumPath!, args: ['--no-sandbox'] })
    try {
      const page = await browser.newPage()
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      await page.goto(`${site}/order#token=${token}`)
      await page.getByRole('heading', { name: order.number }).waitFor()
      assert.match((await page.textContent('li'))!, /^2 × Thing \d+, €10\.00$/)
      assert.ok(asked.every((url) => url.startsWith(site) && !new URL(url).search.includes(token)))
      await page.goto(`${site}/order#token=wrong`)
      await page.reload()
      await page.getByText('There is no such order').waitFor()
      await page.goto(`${site}/order?payment=${order.payment}&redirect_status=succeeded`)
      await page.getByText('Your bank has answered').waitFor()
    } finally {
      await browser.close()
    }
  })
})
