import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

export interface SteadyLoad {
  /** Everything that went wrong until now: no answer, or another one than was expected. */
  readonly failures: readonly string[]
  readonly counts: { GET: number; POST: number }
  /** Ends it; what is under way comes to its end. */
  end(): Promise<void>
}

/**
 * Reads and writes without a pause, and beside that now and then, on connections that are kept: the ones that a server
 * which stops without care would reset.
 *
 * @param body  of the POST with a number.
 */
export function steadyLoad(url: string, body: (number: number) => object): SteadyLoad {
  const failures: string[] = []
  const counts = { GET: 0, POST: 0 }
  const agents = [new Agent({ keepAlive: true })]
  let isEnding = false
  let number = 0
  const askOnce = async (own: Agent): Promise<void> => {
    number += 1
    const method = number % 3 === 0 ? 'POST' : 'GET'
    try {
      const status = await ask(url, own, method, method === 'POST' ? JSON.stringify(body(number)) : '')
      counts[method] += 1
      if (status !== (method === 'POST' ? 201 : 200)) failures.push(`${method}: ${status}`)
    } catch (error) {
      failures.push(`${method}: ${error}`)
    }
  }
  const askOn = async (longestPauseMs: number) => {
    const own = longestPauseMs === 0 ? agents[0]! : new Agent({ keepAlive: true })
    agents.push(own)
    while (!isEnding) {
      await askOnce(own)
      if (longestPauseMs > 0) await sleep(Math.random() * longestPauseMs)
    }
  }
  const clients = [0, 0, 0, 0, 0, 0, 20, 100, 400, 1500].map(askOn)
  return {
    failures,
    counts,
    async end() {
      isEnding = true
      await Promise.all(clients)
      for (const agent of agents) agent.destroy()
    },
  }
}

async function ask(url: string, agent: Agent, method: string, body: string): Promise<number> {
  const headers = body === '' ? {} : { 'content-type': 'application/json' }
  const call = request(url, { agent, method, headers }).end(body)
  const [answer] = (await once(call, 'response')) as [IncomingMessage]
  for await (const _chunk of answer);
  return answer.statusCode!
}
