import type { ContenderName, ServerSpec } from './contenders.ts'
import type { DatabaseName, Original } from './databases.ts'
import type { Request } from './load.ts'
import { createRequest, readList, readOne, readOwn } from './requests.ts'

/** Something to do, and who does it. */
export interface Work {
  readonly name: string
  readonly group: string
  /** What is done, for who reads the table. */
  readonly says: string
  readonly connections: number
  /** Whether the contenders must give the same data. */
  readonly isRead: boolean
  cases(kit: Kit): readonly Case[]
  readonly goals: readonly Goal[]
}

export interface Kit {
  readonly database: DatabaseName
  readonly contenders: readonly ContenderName[]
  readonly original: Original
}

export interface Case {
  /** In the table. */
  readonly label: string
  readonly server: ServerSpec
  readonly request: Request
  /** What one request does, when that is more than one of what is counted. */
  readonly units?: number
}

/** How much of the rate of another case one must reach. */
export interface Goal {
  readonly of: string
  /** A case, or the fastest of what people write. */
  readonly against: string
  readonly atLeast: number
  readonly database?: DatabaseName
}

const againstPeers: readonly Goal[] = [
  { of: 'galley', against: 'peers', atLeast: 2.5 },
  { of: 'galley', against: 'express', atLeast: 3 },
]

export const works: readonly Work[] = [
  {
    name: 'read-one',
    group: 'reads',
    says: 'one of the products by its id, which everyone may read',
    connections: 32,
    isRead: true,
    cases: everyone(() => readOne),
    goals: [...againstBare({ sqlite: 0.85, postgres: 0.95 }), ...againstPeers],
  },
  {
    name: 'list',
    group: 'reads',
    says: '20 products from a price on, sorted by price, each with its category in place',
    connections: 32,
    isRead: true,
    cases: everyone(() => readList),
    goals: [...againstBare({ sqlite: 0.95, postgres: 0.95 }), ...againstPeers],
  },
  {
    name: 'own-rows',
    group: 'reads',
    says: '20 of the orders that whoever sends the API key may read, sorted by total',
    connections: 32,
    isRead: true,
    cases: everyone(({ original }) => readOwn(original.key)),
    goals: [...againstBare({ sqlite: 0.7, postgres: 0.95 }), ...againstPeers],
  },
  {
    name: 'create',
    group: 'writes',
    says: 'one product, by 64 clients at once, durable before it is answered',
    connections: 64,
    isRead: false,
    cases: everyone(() => createRequest),
    goals: againstBare({ sqlite: 3, postgres: 0.85 }),
  },
]

/** The same request to every contender. */
function everyone(request: (kit: Kit) => Request): Work['cases'] {
  return (kit) =>
    kit.contenders.map((contender) => ({
      label: contender,
      server: { contender, database: kit.database, size: 'small' },
      request: request(kit),
    }))
}

function againstBare(atLeast: Readonly<Record<DatabaseName, number>>): readonly Goal[] {
  return Object.entries(atLeast).map(([database, ratio]) => ({
    of: 'galley',
    against: 'bare',
    atLeast: ratio,
    database: database as DatabaseName,
  }))
}
