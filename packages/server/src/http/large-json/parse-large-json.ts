import { isUtf8 } from 'node:buffer'
import { Turn } from '../../base/turns.ts'
import { httpErrors } from '../errors.ts'
import { mayBeUnsafe, refuseUnsafeInTurns } from '../unsafe-members.ts'
import { Assembly, NotJson } from './assembly.ts'
import { Outline } from './outline.ts'

/** Bodies larger than this are parsed in turns. */
export const largeBytes = 131_072

/** How much is scanned at a time, and parsed: 0.1 to 0.3 ms of either. */
const usualPieceBytes = 32_768

/** Does what `parseJson` does, and gives others a turn on the event loop after each millisecond. */
export async function parseLargeJson(
  bytes: Buffer,
  maxDepth: number,
  pieceBytes: number = usualPieceBytes,
): Promise<unknown> {
  const turn = new Turn()
  await turn.next()
  if (!isUtf8(bytes)) throw httpErrors.body_not_json({ details: { where: ': it is not UTF-8' } })
  const outline = new Outline(bytes, maxDepth, pieceBytes)
  do {
    if (turn.isOver) await turn.next()
    outline.advance()
    if (outline.isTooDeep) throw httpErrors.body_too_deep({ details: { maxDepth } })
  } while (!outline.isComplete)
  const assembly = await assembled(outline, bytes, turn)
  if (assembly.hasSuspects) await refuseUnsafeInTurns(assembly.value, turn)
  return assembly.value
}

async function assembled({ steps }: Outline, bytes: Buffer, turn: Turn): Promise<Assembly> {
  const assembly = new Assembly(bytes, mayBeUnsafe)
  try {
    for (const step of steps) {
      if (turn.isOver) await turn.next()
      assembly.take(step)
    }
    return assembly
  } catch (error) {
    throw error instanceof NotJson ? inWords(error, bytes) : error
  }
}

function inWords({ position, cause }: NotJson, bytes: Buffer): Error {
  const where = position === undefined ? '' : `: see character ${bytes.toString('utf8', 0, position).length + 1}`
  return httpErrors.body_not_json({ cause, details: { where } })
}
