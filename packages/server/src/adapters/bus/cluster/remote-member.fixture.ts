// A process for the tests: a member of the bus that does what its parent orders, and tells what it hears.
import { silentLog } from '../../../base/silent-log.ts'
import { openClusterBus } from './cluster-bus.ts'

interface Request {
  readonly order?: 'publish' | 'subscribe' | 'unsubscribe' | 'close'
  readonly channel: string
  readonly message: string
  readonly id: number
}

const bus = openClusterBus(silentLog)
const ends = new Map<number, () => void>()

const listenerFor = (id: number) => ({
  onMessage: (message: string) => void process.send!({ heardBy: id, message }),
  onGap: () => void process.send!({ gapHeardBy: id }),
})

process.on('message', ({ order, channel, message, id }: Request) => {
  if (order === 'publish') bus.publish(channel, message)
  if (order === 'subscribe') ends.set(id, bus.subscribe(channel, listenerFor(id)))
  if (order === 'unsubscribe') ends.get(id)?.()
  if (order === 'close') void bus.close()
})
process.send!({ isHere: true })
