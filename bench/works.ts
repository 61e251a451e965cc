import { type ContenderName, isPeer, type ServerSpec } from './contenders.ts'
import type { DatabaseName, Original } from './databases.ts'
import type { Request } from './load.ts'
import {
  batchSize,
  countAlone,
  createMany,
  createRequest,
  noteAndTell,
  noteOne,
  readCached,
  readList,
  readOfCategory,
  readOne,
  readOwn,
  readTotal,
  readWithoutTotal,
  walked,
} from './requests.ts'
import { tell } from './tell.ts'

/** Something to do, and who does it. */
export interface Work {
  readonly name: string
  readonly group: string
  /** What is done, for who reads the table. */
  readonly says: string
  readonly connections: number
  /** Whether the contenders must give the same data. */
  readonly isRead: boolean
  /** Default: all. */
  readonly databases?: readonly DatabaseName[]
  /** Whether it needs a million products. */
  readonly isLarge?: boolean
  cases(kit: Kit): readonly Case[] | Promise<readonly Case[]>
  readonly goals: readonly Goal[]
}

export interface Kit {
  readonly database: DatabaseName
  readonly contenders: readonly ContenderName[]
  readonly original: Original
  /** Where a server is, for what has to be asked before. */
  url(spec: ServerSpec): Promise<string>
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
  {
    name: 'cached',
    group: 'cache',
    says: 'a page of 20 categories, kept in memory; bare answers a constant',
    connections: 32,
    isRead: true,
    cases: bareAndGalley(() => readCached),
    goals: againstBare({ sqlite: 0.8, postgres: 0.8 }),
  },
  {
    name: 'not-modified',
    group: 'cache',
    says: 'the same by a client that has it already: 304',
    connections: 32,
    isRead: false,
    cases: bareAndGalley((_, etag) => ({ ...readCached, headers: { 'if-none-match': etag } })),
    goals: againstBare({ sqlite: 0.8, postgres: 0.8 }),
  },
  ...[1, 8].map(batchWork),
  ...[1, 64].map(enqueueWork),
  {
    name: 'filtered',
    group: 'scale',
    says: '20 products of one category by price, of 10 000 and of 1 000 000',
    connections: 8,
    isRead: false,
    isLarge: true,
    cases: onBothSizes(readOfCategory),
    goals: [{ of: 'of 1 000 000', against: 'of 10 000', atLeast: 1 / 1.2 }],
  },
  {
    name: 'total',
    group: 'scale',
    says: '20 of half of the products, with how many there are, beside only counting them',
    connections: 4,
    isRead: false,
    isLarge: true,
    cases: ({ database }) => [
      { label: 'no total', server: { contender: 'galley', database, size: 'large' }, request: readWithoutTotal },
      { label: 'count alone', server: { contender: 'galley', database, size: 'large' }, request: countAlone },
      { label: 'list, total', server: { contender: 'galley', database, size: 'large' }, request: readTotal },
    ],
    goals: [{ of: 'list, total', against: 'count alone', atLeast: 1 / 1.2 }],
  },
  {
    name: 'deep-page',
    group: 'scale',
    says: '20 products by price: the first page, and one by cursor after half of a million',
    connections: 8,
    isRead: false,
    isLarge: true,
    async cases({ database, url }) {
      const server: ServerSpec = { contender: 'galley', database, size: 'large' }
      const after = await deepCursor(await url(server))
      return [
        { label: 'first page', server, request: walked },
        { label: 'deep page', server, request: { path: walked.path + after } },
      ]
    },
    goals: [{ of: 'deep page', against: 'first page', atLeast: 1 / 1.2 }],
  },
  ...(['read-one', 'list'] as const).map(workersWork),
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

/** What nobody else has. */
function bareAndGalley(request: (kit: Kit, etag: string) => Request): Work['cases'] {
  return async (kit) => {
    const contenders = kit.contenders.filter((name) => !isPeer(name))
    const url = await kit.url({ contender: 'galley', database: kit.database, size: 'small' })
    const etag = (await fetch(url + readCached.path)).headers.get('etag')!
    return everyone(() => request(kit, etag))({ ...kit, contenders }) as readonly Case[]
  }
}

/** What adding a job costs the smallest request that writes: alone it is the time to wait, with many it is the processor. */
function enqueueWork(connections: number): Work {
  return {
    name: `enqueue-${connections}`,
    group: 'jobs',
    says: `an action that writes a product, and one that adds a job with it, which others do, by ${connections === 1 ? 'one client' : `${connections} clients`}`,
    connections,
    isRead: false,
    cases: ({ database }) => {
      const server: ServerSpec = { contender: 'galley', database, size: 'small', args: ['--no-jobs'] }
      return [
        { label: 'no job', server, request: noteOne },
        { label: 'with a job', server, request: noteAndTell },
      ]
    },
    goals: [{ of: 'with a job', against: 'no job', atLeast: 0.85 }],
  }
}

function batchWork(clients: number): Work {
  return {
    name: `batch-${clients}`,
    group: 'writes',
    says: `products by ${batchSize} in a batch beside one by one, by ${clients === 1 ? 'one client' : `${clients} clients`}; counted in products`,
    connections: clients,
    isRead: false,
    cases: ({ database }) => [
      { label: 'single', server: { contender: 'galley', database, size: 'small' }, request: createRequest },
      {
        label: 'batch',
        server: { contender: 'galley', database, size: 'small' },
        request: createMany,
        units: batchSize,
      },
    ],
    goals: [{ of: 'batch', against: 'single', atLeast: 5 }],
  }
}

function onBothSizes(request: Request): Work['cases'] {
  return ({ database }) => [
    { label: 'of 10 000', server: { contender: 'galley', database, size: 'small' }, request },
    { label: 'of 1 000 000', server: { contender: 'galley', database, size: 'large' }, request },
  ]
}

/** The cursor after half of a million products, reached as a client reaches it: page by page. */
async function deepCursor(url: string): Promise<string> {
  tell('walking to the middle of a million products')
  let after = ''
  for (let page = 0; page < 5_000; page += 1) {
    const answer = await fetch(`${url}/api/products?sort=price&limit=100&fields=id${after}`)
    if (!answer.ok) throw new Error(`Page ${page} is not given: ${await answer.text()}`)
    const { page: found } = (await answer.json()) as { page: { next: string } }
    after = `&after=${encodeURIComponent(found.next)}`
  }
  return after
}

function workersWork(name: 'read-one' | 'list'): Work {
  const request = name === 'list' ? readList : readOne
  return {
    name: `workers-${name}`,
    group: 'workers',
    says: `${name} by two workers on two cores, one of which makes the load as well`,
    connections: 32,
    isRead: false,
    cases: ({ database }) => [
      { label: 'one', server: { contender: 'galley', database, size: 'small' }, request },
      {
        label: 'two workers',
        server: { contender: 'galley', database, size: 'small', args: ['--workers', '2'], hasAllCores: true },
        request,
      },
    ],
    goals: [],
  }
}

function againstBare(atLeast: Readonly<Record<DatabaseName, number>>): readonly Goal[] {
  return Object.entries(atLeast).map(([database, ratio]) => ({
    of: 'galley',
    against: 'bare',
    atLeast: ratio,
    database: database as DatabaseName,
  }))
}
