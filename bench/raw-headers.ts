import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { headersOf, type Request } from './load.ts'

/** The headers of an answer as they were sent, names and values in turn, without those that Node writes by itself. */
export async function rawHeaders(url: string, { method = 'GET', path, ...rest }: Request): Promise<readonly string[]> {
  const sent = request(url + path, { method, headers: headersOf({ path, ...rest }) }).end(rest.body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  answer.resume()
  await once(answer, 'end')
  const pairs = answer.rawHeaders.flatMap((name, index, all) =>
    index % 2 === 0 && !ofNode.has(name.toLowerCase()) ? [name, all[index + 1]!] : [],
  )
  return pairs
}

const ofNode: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'date', 'transfer-encoding'])
