import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { GalleyError } from '../base/error.ts'
import { type Bus, maxMessageBytes } from '../ports/bus.ts'

/** Buses that can hear each other. */
export interface TestBuses {
  /** One more member. It may take a while until the others hear it. */
  join(): Promise<Bus>
  /** Closes whatever is still open. */
  close(): Promise<void>
}

/**
 * Registers the tests that every adapter of the `Bus` port passes: one for each sentence of its contract.
 *
 * @param open  opens a place without members each time; the test closes it.
 */
export function busContract(name: string, open: () => Promise<TestBuses>): void {
  const promise = (sentence: string, prove: (buses: TestBuses) => Promise<void>) =>
    test(sentence, async () => {
      const buses = await open()
      try {
        await prove(buses)
      } finally {
        await buses.close()
      }
    })

  describe(`${name} keeps the contract of a bus`, () => {
    promise('all others hear a message, and its sender does not', async (buses) => {
      const [sender, ...others] = await joined(buses, 3)
      const own = heardBy(sender!, 'news')
      const heard = others.map((bus) => heardBy(bus, 'news'))
      await telling(sender!, 'news', ['one'], heard)
      assert.deepEqual(heard, [['one'], ['one']])
      assert.deepEqual(own, [])
    })

    promise('the messages of one sender are heard in their order, each once', async (buses) => {
      const [sender, other] = await joined(buses, 2)
      const heard = heardBy(other!, 'news')
      const messages = Array.from({ length: 200 }, (_, index) => `message ${index}`)
      await telling(sender!, 'news', messages, [heard])
      assert.deepEqual(heard, messages)
    })

    promise('every member may send', async (buses) => {
      const [one, two] = await joined(buses, 2)
      const heard = [heardBy(one!, 'news'), heardBy(two!, 'news')]
      one!.publish('news', 'of one')
      two!.publish('news', 'of two')
      await until(() => heard.every((messages) => messages.length > 0))
      assert.deepEqual(heard, [['of two'], ['of one']])
    })

    promise('a channel is not heard on another', async (buses) => {
      const [sender, other] = await joined(buses, 2)
      const heard = heardBy(other!, 'news')
      sender!.publish('weather', 'rain')
      await telling(sender!, 'news', ['one'], [heard])
      assert.deepEqual(heard, ['one'])
    })

    promise('a message is not heard inside of publish', async (buses) => {
      const [sender, other] = await joined(buses, 2)
      const heard = heardBy(other!, 'news')
      sender!.publish('news', 'one')
      assert.deepEqual(heard, [])
      await until(() => heard.length > 0)
    })

    promise('a listener that throws keeps nobody else from hearing', async (buses) => {
      const [sender, other] = await joined(buses, 2)
      other!.subscribe('news', {
        onMessage: () => {
          throw new Error('on purpose')
        },
      })
      const heard = heardBy(other!, 'news')
      await telling(sender!, 'news', ['one', 'two'], [heard])
      assert.deepEqual(heard, ['one', 'two'])
    })

    promise('who has ended a subscription hears nothing more of it', async (buses) => {
      const [sender, other] = await joined(buses, 2)
      const ended: string[] = []
      const end = other!.subscribe('news', { onMessage: (message) => ended.push(message) })
      const heard = heardBy(other!, 'news')
      end()
      end()
      await telling(sender!, 'news', ['one'], [heard])
      assert.deepEqual(ended, [])
    })

    promise('one listener that subscribes twice hears twice, and ends each for itself', async (buses) => {
      const [sender, other] = await joined(buses, 2)
      const heard: string[] = []
      const listener = { onMessage: (message: string) => heard.push(message) }
      other!.subscribe('news', listener)
      const end = other!.subscribe('news', listener)
      await telling(sender!, 'news', ['one'], [heard], 2)
      end()
      await telling(sender!, 'news', ['two'], [heard], 3)
      assert.deepEqual(heard, ['one', 'one', 'two'])
    })

    promise('a message may hold any text, up to its limit in bytes', async (buses) => {
      const [sender, other] = await joined(buses, 2)
      const heard = heardBy(other!, 'news')
      const longest = '"\\\n€'.padEnd(maxMessageBytes - 2, 'x')
      await telling(sender!, 'news', ['', longest], [heard])
      assert.deepEqual(heard, ['', longest])
      assert.throws(() => sender!.publish('news', `${longest}x`), isError('bus_message_too_long'))
    })

    promise('a member that has closed neither hears nor sends, and the others go on', async (buses) => {
      const [sender, closed, other] = await joined(buses, 3)
      const silent = heardBy(closed!, 'news')
      const heard = heardBy(other!, 'news')
      await closed!.close()
      await closed!.close()
      assert.throws(() => closed!.publish('news', 'one'), isError('bus_closed'))
      assert.throws(() => closed!.subscribe('news', { onMessage() {} }), isError('bus_closed'))
      await telling(sender!, 'news', ['two'], [heard])
      assert.deepEqual(silent, [])
    })

    promise('what was published before closing is still heard', async (buses) => {
      const [sender, other] = await joined(buses, 2)
      const heard = heardBy(other!, 'news')
      sender!.publish('news', 'last')
      await sender!.close()
      await until(() => heard.length > 0)
      assert.deepEqual(heard, ['last'])
    })
  })
}

/** Members that hear each other already: joining may take a while where messages travel. */
async function joined(buses: TestBuses, count: number): Promise<readonly Bus[]> {
  const members: Bus[] = []
  for (let index = 0; index < count; index += 1) members.push(await buses.join())
  for (const sender of members) {
    const heard = new Set<Bus>()
    const others = members.filter((member) => member !== sender)
    const ends = others.map((other) => other.subscribe('hello', { onMessage: () => heard.add(other) }))
    await until(() => {
      if (heard.size < others.length) sender.publish('hello', '')
      return heard.size === others.length
    })
    for (const end of ends) end()
  }
  return members
}

function heardBy(bus: Bus, channel: string): string[] {
  const heard: string[] = []
  bus.subscribe(channel, { onMessage: (message) => heard.push(message) })
  return heard
}

/** Publishes and waits until each has heard as many messages as are told. */
async function telling(
  bus: Bus,
  channel: string,
  messages: readonly string[],
  heard: readonly string[][],
  count = messages.length,
): Promise<void> {
  for (const message of messages) bus.publish(channel, message)
  await until(() => heard.every((list) => list.length >= count))
}

async function until(isSo: () => boolean): Promise<void> {
  for (let waitedMs = 0; !isSo(); waitedMs += 5) {
    if (waitedMs > 5_000) throw new Error('Nothing was heard for five seconds.')
    await sleep(5)
  }
}

function isError(code: string) {
  return (error: unknown) => error instanceof GalleyError && error.code === code
}
