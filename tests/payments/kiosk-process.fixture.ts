import { simulated } from 'galley/payments/simulated'
import { cards, confirm, openKiosk, pay, placeOrder } from './kiosk.ts'

/** A process of a shop with several buyers who order and pay without end, until it is killed. */
const [, , database = '', dataDir = ''] = process.argv
const provider = simulated({ slowMs: 30, pendingMs: 30 })
const kiosk = await openKiosk(database, { provider, buyer: 'ada', surroundings: { dataDir } })
kiosk.app.open.startDelivering()
process.send!('ready')

const methods = [cards.good, cards.slow, cards.answerLost, cards.threeMessages, cards.earlyMessage, cards.declined]
await Promise.all(Array.from({ length: 4 }, (_, index) => buy(index)))

async function buy(index: number): Promise<void> {
  for (let round = index; ; round++) {
    const { payment } = await placeOrder(kiosk)
    const method = methods[round % methods.length]!
    await Promise.all([pay(kiosk, payment, method), pay(kiosk, payment, method), confirm(kiosk, payment)])
  }
}
