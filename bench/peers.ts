import type { ServerSpec } from './contenders.ts'
import type { Command } from './server.ts'

export async function peerCommand({
  contender,
}: ServerSpec): Promise<Pick<Command, 'command' | 'cwd' | 'environment'>> {
  throw new Error(`${contender} cannot be measured yet.`)
}
