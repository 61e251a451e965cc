import { shortName } from '../base/short-name.ts'

/** Something gets a new name. */
export interface Move {
  readonly from: string
  readonly to: string
}

/**
 * The renames that are still to be done, in an order in which each new name is free.
 *
 * A `renamedFrom` stays in the declaration after it has been done, so one whose old name is gone, or whose new name is taken for
 * good, means nothing.
 * @param wanted  by new name, the old one.
 */
export function movesToDo(existing: readonly string[], wanted: ReadonlyMap<string, string>): readonly Move[] {
  const taken = new Set(existing)
  const toDo = [...wanted].map(([to, from]) => ({ from, to })).filter((move) => taken.has(move.from))
  const moves: Move[] = []
  const isPossible = ({ from, to }: Move) => !taken.has(to) && !moves.some((done) => done.from === from)
  for (let next = toDo.find(isPossible); next !== undefined; next = toDo.find(isPossible)) {
    moves.push(next)
    taken.delete(next.from)
    taken.add(next.to)
  }
  return moves
}

/** The moves with room made for them: what has a name that is needed, and no move of its own, is moved aside first. */
export function withRoom(existing: readonly string[], moves: readonly Move[]): readonly Move[] {
  const inTheWay = existing.filter(
    (name) => moves.some((move) => move.to === name) && !moves.some((move) => move.from === name),
  )
  return [...inTheWay.map((name) => ({ from: name, to: asideName(name, existing) })), ...moves]
}

/** The moves, but what they would give one of the names, or leave it, is moved aside. */
export function withAside(
  existing: readonly string[],
  moves: readonly Move[],
  names: readonly string[],
): readonly Move[] {
  const staying = names.filter((name) => existing.includes(name) && !moves.some((move) => move.from === name))
  const taken = [...existing, ...moves.map((move) => move.to)]
  const aside = (name: string) => (names.includes(name) ? asideName(name, taken) : name)
  return [...staying, ...moves.map((move) => move.from)].map((from) => ({ from, to: aside(movedName(moves, from)) }))
}

/** A free name for what has to make room before it is dropped. */
export function asideName(name: string, taken: readonly string[]): string {
  const free = (suffix: string): string => {
    const candidate = shortName(`${name}__${suffix}`)
    return taken.includes(candidate) ? free(`${suffix}_too`) : candidate
  }
  return free('replaced')
}

export function reversed(moves: readonly Move[]): readonly Move[] {
  return moves.toReversed().map(({ from, to }) => ({ from: to, to: from }))
}

/** The name something has after the moves. */
export function movedName(moves: readonly Move[], name: string): string {
  return moves.find((move) => move.from === name)?.to ?? name
}

/** The name something had before the moves. */
export function formerName(moves: readonly Move[], name: string): string {
  return moves.find((move) => move.to === name)?.from ?? name
}
