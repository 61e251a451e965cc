/** Letters that may be wrong, missing or too many; of short names only one, because any two of those look alike. */
const mostEdits = (name: string) => (name.length < 5 ? 1 : 2)

/** The name that was probably meant by one that does not exist; undefined when none is near. */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  const near = [...names]
    .map((candidate) => ({ candidate, edits: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= mostEdits(candidate))
  return near.sort((a, b) => a.edits - b.edits)[0]?.candidate
}

/** A sentence to put after one that says what there is not: ` Did you mean staff?`; empty when nothing is near. */
export function hintFor(name: string, names: Iterable<string>): string {
  const near = nearestName(name, names)
  return near === undefined ? '' : ` Did you mean ${near}?`
}

/** How many letters to add, take away, replace or swap with their neighbour make one name of the other. */
function editDistance(from: string, to: string): number {
  let beforeLast: readonly number[] = []
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1]
      const isSwapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current.push(
        Math.min(
          last[column]! + 1,
          current[column - 1]! + 1,
          last[column - 1]! + (isSame ? 0 : 1),
          isSwapped ? beforeLast[column - 2]! + 1 : Infinity,
        ),
      )
    }
    beforeLast = last
    last = current
  }
  return last[to.length]!
}
