/** Pieces of a variant that somebody wants. */
export interface Wanted {
  readonly variant: string
  readonly quantity: number
  /** What is not there is promised all the same. */
  readonly allowsBackorder: boolean
}

/** What one shelf has. */
export interface Shelf {
  readonly id: string
  readonly variant: string
  readonly available: number
  /** Of its location; the lowest gives first. */
  readonly priority: number
}

/** Pieces that one shelf gives. */
export interface Share {
  readonly level: string
  readonly variant: string
  readonly quantity: number
  readonly allowsBackorder: boolean
}

export interface Shortage {
  readonly variant: string
  readonly wanted: number
  readonly available: number
}

export interface Allocation {
  readonly shares: readonly Share[]
  /** Of these there is not enough; their pieces are in no share. */
  readonly shortages: readonly Shortage[]
}

/** Says which shelf gives how many pieces. What a back-order lacks is asked of the first shelf. */
export function allocate(wanted: readonly Wanted[], shelves: readonly Shelf[]): Allocation {
  const each = wanted.map((line) => allocateLine(line, shelvesOf(line.variant, shelves)))
  return { shares: each.flatMap(({ shares }) => shares), shortages: each.flatMap(({ shortages }) => shortages) }
}

function shelvesOf(variant: string, shelves: readonly Shelf[]): readonly Shelf[] {
  return shelves
    .filter((shelf) => shelf.variant === variant)
    .toSorted((left, right) => left.priority - right.priority || (left.id < right.id ? -1 : 1))
}

function allocateLine(line: Wanted, shelves: readonly Shelf[]): Allocation {
  const given = piecesOfEach(line, shelves)
  const missing = line.quantity - given.reduce((sum, pieces) => sum + pieces, 0)
  if (missing > 0) return { shares: [], shortages: [shortageOf(line, missing)] }
  const shares = shelves.map(({ id }, index) => shareOf(line, id, given[index]!))
  return { shares: shares.filter(({ quantity }) => quantity > 0), shortages: [] }
}

function piecesOfEach({ quantity, allowsBackorder }: Wanted, shelves: readonly Shelf[]): readonly number[] {
  let missing = quantity
  const given = shelves.map(({ available }) => {
    const pieces = Math.min(missing, Math.max(available, 0))
    missing -= pieces
    return pieces
  })
  return allowsBackorder ? given.map((pieces, index) => (index === 0 ? pieces + missing : pieces)) : given
}

function shortageOf({ variant, quantity }: Wanted, missing: number): Shortage {
  return { variant, wanted: quantity, available: quantity - missing }
}

function shareOf({ variant, allowsBackorder }: Wanted, level: string, quantity: number): Share {
  return { level, variant, quantity, allowsBackorder }
}
