import assert from 'node:assert/strict'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../free-port.ts'
import { makeProject, type RunningGalley, runGalley, startGalley } from '../run-galley.ts'
import { type Buyer, buy } from './buyer.ts'
import { type Call, callAs } from './call.ts'

export interface RushOptions {
  /** Undefined: a SQLite file. */
  readonly databaseUrl?: string | undefined
  readonly buyers: number
  readonly pieces: number
  readonly couponLimit: number
  /** After so many orders a process that does jobs is killed, and another one started. */
  readonly killsAfter: readonly number[]
}

/** What the shop says of it afterwards. */
export interface RushResult {
  readonly orders: Readonly<Record<string, number>>
  readonly soldOut: number
  readonly couponUses: number
  readonly captures: number
  readonly payments: Readonly<Record<string, number>>
  readonly piecesLeft: number
  /** What `galley audit store` says, and how it ended. */
  readonly audit: { readonly exitCode: number | null; readonly text: string }
  readonly kills: number
  /** From the first request of a buyer until each has paid, or knows that nothing is left. */
  readonly buyingMs: number
  /** From the first request until the last order is paid, also what a killed process had begun. */
  readonly settledMs: number
}

/**
 * Many buyers for few pieces: everybody comes at once, with the same coupon, pays with two clicks while the provider tells the same, and
 * processes that do jobs are killed meanwhile. One process serves, two do jobs.
 */
export async function rush(options: RushOptions): Promise<RushResult> {
  const shop = await openShop(options.databaseUrl)
  try {
    const goods = await stockUp(shop.call, options)
    const beganMs = performance.now()
    const buyers = await letIn(shop, goods, options)
    const buyingMs = performance.now() - beganMs
    await untilAllIsPaid(shop.call)
    const settledMs = performance.now() - beganMs
    const told = await tell(shop.call, goods)
    const { exitCode, stdout } = await runGalley(shop.folder, ['audit', 'store'], shop.variables)
    return {
      ...told,
      soldOut: buyers.filter(({ outcome }) => outcome === 'soldOut').length,
      audit: { exitCode, text: stdout },
      kills: options.killsAfter.length,
      buyingMs,
      settledMs,
    }
  } finally {
    await Promise.all([shop.server.stop(), ...shop.workers.map((worker) => worker.stop())])
  }
}

interface Shop {
  readonly folder: string
  readonly variables: Readonly<Record<string, string>>
  readonly server: RunningGalley
  /** Those that live. */
  readonly workers: RunningGalley[]
  /** As an administrator. */
  readonly call: Call
}

// Everybody comes from one address here.
const shopWithoutRateLimit = `
import shop from '../../../examples/store/app.ts'
export default { ...shop, settings: { ...shop.settings, rateLimit: false } }
`

async function openShop(databaseUrl: string | undefined): Promise<Shop> {
  const folder = makeProject(shopWithoutRateLimit)
  const port = `${await freePort()}`
  const variables = {
    PORT: port,
    BASE_URL: `http://127.0.0.1:${port}`,
    MAIL_URL: 'inbox:./data/mail',
    LOG_LEVEL: 'error',
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
  }
  const server = await startGalley(folder, ['start', '--no-jobs'], variables)
  const workers = [await startWorker(folder, variables), await startWorker(folder, variables)]
  const { stdout } = await runGalley(folder, ['key', 'create', '--name', 'rush', '--role', 'admin'], variables)
  return { folder, variables, server, workers, call: callAs(variables.BASE_URL, `Bearer ${stdout.trim()}`) }
}

function startWorker(folder: string, variables: Shop['variables']): Promise<RunningGalley> {
  return startGalley(folder, ['work'], variables, /Doing the jobs of/)
}

interface Goods {
  readonly variant: string
  readonly coupon: string
}

async function stockUp(call: Call, { pieces, couponLimit }: RushOptions): Promise<Goods> {
  const create = async (path: string, body: object) => (await call('POST', path, body, 201)).id as string
  const location = await create('/api/locations', { name: 'Warehouse', priority: 1 })
  const zone = await create('/api/shipping-zones', { name: 'Sweden', countries: ['SE'] })
  const method = await create('/api/shipping-methods', { zone, name: 'Parcel' })
  await create('/api/shipping-rates', { method, currency: 'EUR', amount: 490 })
  const region = await create('/api/tax-regions', { country: 'SE', pricesIncludeTax: true })
  await create('/api/tax-rates', { region, taxCategory: 'standard', name: 'moms', rate: 250_000 })
  const category = await create('/api/categories', { name: 'Tea' })
  const product = { name: 'Rare Tea', description: 'There is little of it.', status: 'active', category }
  const variant = await create('/api/products', { ...product, price: { amount: 1_999 } })
  await call('POST', '/api/stock-levels/receive', { variant, location, quantity: pieces })
  const coupon = { code: 'RUSH', kind: 'percentage', rate: 100_000, limitTotal: couponLimit }
  return { variant, coupon: await create('/api/coupons', coupon) }
}

async function letIn(shop: Shop, { variant }: Goods, options: RushOptions): Promise<readonly Buyer[]> {
  const killsAfter = [...options.killsAfter]
  const killings: Promise<void>[] = []
  let orders = 0
  const onOrder = () => {
    orders += 1
    if (killsAfter[0] !== orders) return
    killsAfter.shift()
    killings.push(killOne(shop))
  }
  const numbers = Array.from({ length: options.buyers }, (_, number) => number)
  const buyers = await Promise.all(
    numbers.map((number) => buy(number, { url: shop.variables.BASE_URL!, variant, code: 'RUSH', onOrder })),
  )
  await Promise.all(killings)
  assert.deepEqual(killsAfter, [], 'all who were to be killed were')
  return buyers
}

/** By SIGKILL, as when a machine loses its power. */
async function killOne(shop: Shop): Promise<void> {
  const victim = shop.workers.shift()!
  const gone = once(victim.process, 'exit')
  victim.process.kill('SIGKILL')
  await gone
  shop.workers.push(await startWorker(shop.folder, shop.variables))
}

const patienceMs = 120_000

// What a killed process had begun is taken over after its lease.
async function untilAllIsPaid(call: Call): Promise<void> {
  const deadlineMs = performance.now() + patienceMs
  for (;;) {
    const counts = await countBy('orders', 'status', call)
    if ((counts.placed ?? 0) === 0) return
    if (performance.now() > deadlineMs) assert.fail(`not all is paid: ${JSON.stringify(counts)}`)
    await sleep(50)
  }
}

async function tell(call: Call, { variant, coupon }: Goods) {
  const captured = await call('GET', '/api/payment-operations/aggregate?groupBy=kind&filter[state][eq]=succeeded')
  const { data: levels } = await call('GET', `/api/stock-levels?filter[variant][eq]=${variant}`)
  const { data: uses } = await call(
    'GET',
    `/api/coupon-uses/aggregate?filter[coupon][eq]=${coupon}&filter[released][eq]=false`,
  )
  return {
    orders: await countBy('orders', 'status', call),
    payments: await countBy('payments', 'status', call),
    captures: captured.data.find((row: { kind: string }) => row.kind === 'capture')?.count ?? 0,
    couponUses: uses[0].count,
    piecesLeft: levels[0].available,
  }
}

async function countBy(collection: string, field: string, call: Call): Promise<Readonly<Record<string, number>>> {
  const { data } = await call('GET', `/api/${collection}/aggregate?groupBy=${field}&count=true`)
  return Object.fromEntries(data.map((row: Record<string, string | number>) => [row[field], row.count]))
}
