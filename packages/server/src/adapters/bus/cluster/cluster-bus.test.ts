import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { silentLog } from '../../../base/silent-log.ts'
import type { Bus, BusListener } from '../../../ports/bus.ts'
import { busErrors, requireShort } from '../../../ports/bus-errors.ts'
import { busContract } from '../../../testing/bus.contract.ts'
import { openClusterBus } from './cluster-bus.ts'
import type { BusMessage } from './message.ts'
import { relayBus } from './relay-bus.ts'

const remoteMember = fileURLToPath(new URL('./remote-member.fixture.ts', import.meta.url))

busContract('the bus of workers', async () => {
  const join = relayBus()
  const members: Bus[] = []
  return {
    async join() {
      const [inside, outside] = channelEnds()
      join(outside)
      const member = openClusterBus(silentLog, inside)
      members.push(member)
      return member
    },
    async close() {
      for (const member of members) await member.close()
    },
  }
})

busContract('the bus of workers, each a process,', async () => {
  const join = relayBus()
  const members: RemoteBus[] = []
  return {
    async join() {
      const child = fork(remoteMember)
      join(child)
      await once(child, 'message') // it is there
      const member = new RemoteBus(child)
      members.push(member)
      return member
    },
    async close() {
      for (const member of members) await member.end()
    },
  }
})

test('when a worker dies, the others hear that messages may have been lost', async () => {
  const join = relayBus()
  const children = [0, 1].map(() => fork(remoteMember))
  const [member] = children.map((child) => join(child))
  await Promise.all(children.map((child) => once(child, 'message')))
  const gap = once(children[1]!, 'message')
  children[1]!.send({ order: 'subscribe', channel: 'news', id: 1 })
  children[0]!.kill('SIGKILL')
  await once(children[0]!, 'exit')
  member!.leave(true)
  assert.deepEqual((await gap)[0], { gapHeardBy: 1 })
  children[1]!.disconnect()
})

class ChannelEnd extends EventEmitter {
  connected = true
  other: ChannelEnd | undefined

  send(message: BusMessage, done: (error: Error | null) => void): void {
    const text = JSON.stringify(message)
    setImmediate(() => {
      this.other!.emit('message', JSON.parse(text))
      done(null)
    })
  }
}

function channelEnds(): [ChannelEnd, ChannelEnd] {
  const ends: [ChannelEnd, ChannelEnd] = [new ChannelEnd(), new ChannelEnd()]
  ends[0].other = ends[1]
  ends[1].other = ends[0]
  return ends
}

/** A bus in another process, which does what it is told and tells what it hears. What `publish` throws is thrown here already. */
class RemoteBus implements Bus {
  readonly #child: ChildProcess
  readonly #listeners = new Map<number, BusListener>()
  #lastId = 0
  #isClosed = false

  constructor(child: ChildProcess) {
    this.#child = child
    child.on('message', ({ heardBy, message }: { heardBy?: number; message: string }) => {
      if (heardBy !== undefined) this.#listeners.get(heardBy)?.onMessage(message)
    })
  }

  publish(channel: string, message: string): void {
    if (this.#isClosed) throw busErrors.closed()
    requireShort(message)
    this.#child.send({ order: 'publish', channel, message })
  }

  subscribe(channel: string, listener: BusListener): () => void {
    if (this.#isClosed) throw busErrors.closed()
    this.#lastId += 1
    const id = this.#lastId
    this.#listeners.set(id, {
      onMessage: (message) => {
        try {
          listener.onMessage(message)
        } catch {
          // That others hear nevertheless is proven above.
        }
      },
    })
    this.#child.send({ order: 'subscribe', channel, id })
    return () => this.#child.send({ order: 'unsubscribe', id })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#child.send({ order: 'close' })
  }

  async end(): Promise<void> {
    this.#child.disconnect()
    await once(this.#child, 'exit')
  }
}
