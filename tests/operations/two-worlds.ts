import { keysFeature } from '../../packages/server/src/features/keys/keys-feature.ts'
import {
  type ActionContext,
  action,
  asSystem,
  collection,
  defineApp,
  eq,
  everyone,
  integer,
  json,
  list,
  many,
  manyToMany,
  money,
  nobody,
  object,
  one,
  or,
  reference,
  role,
  signedIn,
  text,
} from '../../packages/server/src/index.ts'
import type { OperationContext } from '../../packages/server/src/operations/operations.ts'
import type { Bench } from './on-both-databases.ts'

/**
 * An application with hidden things of every sort, in two worlds that differ in nothing but these.
 *
 * What somebody is told in one world and not in the other is told of something hidden.
 */
export type World = 'canary' | 'sparrow'

const optional = { optional: true } as const
const staff = role('boss')
const own = ({ row, actor }: { row: any; actor: any }) => or(eq(row.owner, actor.id), staff) // any: whatever the collection

const people = collection('people', {
  fields: {
    name: text({ search: true }),
    owner: text(),
    ssn: text({ optional: true, private: true }),
    salary: integer({ optional: true, read: staff, write: staff }),
    bonus: money({ optional: true, read: staff }),
    phone: text({ optional: true, read: own, write: own }),
    home: object({ street: text(optional) }, { optional: true, read: own, write: own }),
    nicknames: list(text(), { optional: true, read: own }),
    superior: reference('people', optional),
    vault: reference('vaults', optional),
    mentor: reference('people', { optional: true, read: own }),
    reports: many('people', { by: 'superior' }),
    notes: many('notes'),
    desk: one('desks'),
    teams: manyToMany('teams'),
    squads: manyToMany('teams', { read: staff }),
    isGhost: integer({ default: 0, read: staff }),
  },
  rules: {
    read: ({ row }) => or(eq(row.isGhost, 0), staff),
    create: signedIn(),
    update: own,
    delete: ({ row }) => or(eq(row.superior.salary, 1), staff),
  },
})
const notes = collection('notes', {
  fields: {
    about: reference('people', { onDelete: 'cascade' }),
    words: text({ search: true }),
    stars: integer({ default: 0 }),
    owner: text({ default: ({ actor }) => actor.id ?? 'nobody' }),
    isSecret: integer({ default: 0, read: staff }),
  },
  rules: { read: ({ row }) => or(eq(row.isSecret, 0), staff), create: signedIn(), update: own, delete: own },
})
const teams = collection('teams', {
  fields: {
    label: text(),
    isSecret: integer({ default: 0, read: staff }),
    members: manyToMany('people', { by: 'teams' }),
    squad: manyToMany('people', { by: 'squads' }),
  },
  rules: { read: ({ row }) => or(eq(row.isSecret, 0), staff), update: signedIn() },
})
const desks = collection('desks', {
  fields: {
    person: reference('people', { unique: true }),
    place: text(),
    isSecret: integer({ default: 0, read: staff }),
  },
  rules: {
    read: ({ row }) => or(eq(row.isSecret, 0), staff),
    update: ({ row, actor }) => eq(row.person.owner, actor.id),
  },
})
const vaults = collection('vaults', {
  fields: { code: text(), people: many('people') },
  rules: { read: nobody(), create: nobody() },
})
const open = collection('open', {
  fields: { extra: json(optional), person: reference('people', optional) },
  rules: { read: everyone(), create: signedIn(), update: signedIn(), delete: signedIn() },
})

const gaze = (output: 'people' | undefined) =>
  action('people', output === undefined ? 'stare' : 'gaze', {
    ...(output === undefined ? {} : { output }),
    allow: signedIn(),
    run: ({ record, db }: ActionContext<any, any, object>) =>
      (asSystem(db) as any).people.get(record.superior ?? record.id),
  })

export const worldApp = defineApp({
  name: 'worlds',
  collections: [people, notes, teams, desks, vaults, open],
  actions: [
    gaze('people') as never,
    gaze(undefined) as never,
    action('people', 'sum', {
      output: { total: integer(), text: text() },
      allow: signedIn(),
      run: () => ({ total: 1, text: 'x', ssn: 'canary', more: 'canary' }) as never,
    }),
  ],
  roles: { boss: {}, clerk: {} },
  features: [keysFeature],
})

const idOf = (place: number) => `018f0000-0000-7000-8000-${place.toString(16).padStart(12, '0')}`

/** Ids of everything, hidden or not, and of nothing. */
export const ids = {
  ada: idOf(1),
  bob: idOf(2),
  cyd: idOf(3),
  ghost: idOf(4),
  rareGhost: idOf(5),
  openTeam: idOf(10),
  secretTeam: idOf(11),
  rareTeam: idOf(12),
  note: idOf(20),
  secretNotes: [idOf(21), idOf(22), idOf(23)],
  desk: idOf(30),
  secretDesk: idOf(31),
  vault: idOf(40),
  open: idOf(50),
  nothing: idOf(99),
} as const

/** What a world hides, in words that its visible part does not have. */
export const hiddenWords: Readonly<Record<World, string>> = { canary: 'canary', sparrow: 'sparrow' }
export const hiddenNumbers: Readonly<Record<World, number>> = { canary: 777_001, sparrow: -5 }

const bornAt = '2026-01-01T00:00:00.000Z'

/** Fills a world: the same records under the same ids at the same time, but for what is hidden. */
export async function fillWorld(bench: Bench, world: World): Promise<void> {
  const system: OperationContext = { ...bench.system, now: bornAt }
  const make = (name: string, values: object) => bench.operations.create(system, name, values)
  const word = hiddenWords[world]
  const number = hiddenNumbers[world]
  const hidden = { ssn: word, salary: number, bonus: { amount: number, currency: world === 'canary' ? 'CHF' : 'JPY' } }
  const private_ = { phone: `${word} phone`, home: { street: `${word} street` }, nicknames: [word, `${word}2`] }
  await make('vaults', { id: ids.vault, code: word })
  await make('teams', { id: ids.openTeam, label: 'open' })
  await make('teams', { id: ids.secretTeam, label: word, isSecret: 1 })
  await make('people', { id: ids.ghost, name: `${word} ghost`, owner: word, isGhost: 1, ...hidden, ...private_ })
  const secretTeams = world === 'canary' ? [ids.secretTeam] : []
  const visible = {
    vault: ids.vault,
    superior: ids.ghost,
    teams: [ids.openTeam, ...secretTeams],
    squads: world === 'canary' ? [ids.openTeam] : [],
  }
  // Of ada's own record ada sees all but what is for staff; so that part is the same.
  await make('people', {
    id: ids.ada,
    name: 'Ada',
    owner: 'ada',
    ...visible,
    ...hidden,
    phone: 'open phone',
    nicknames: ['open'],
  })
  await make('people', {
    id: ids.bob,
    name: 'Bob',
    owner: 'bob',
    ...visible,
    superior: ids.ada,
    ...hidden,
    ...private_,
    mentor: world === 'canary' ? ids.ada : ids.ghost,
  })
  await make('people', {
    id: ids.cyd,
    name: 'Cyd',
    owner: 'cyd',
    ...(world === 'canary' ? { ...hidden, ...private_ } : {}),
  })
  await make('notes', { id: ids.note, about: ids.ada, words: 'open words', stars: 3, owner: 'ada' })
  if (world === 'canary') {
    await make('people', { id: ids.rareGhost, name: 'canary ghost', owner: 'canary', isGhost: 1 })
    await make('teams', { id: ids.rareTeam, label: 'canary', isSecret: 1, members: [ids.ada] })
    for (const id of ids.secretNotes)
      await make('notes', { id, about: ids.ada, words: 'canary words', stars: 5, owner: 'x', isSecret: 1 })
    await make('desks', { id: ids.secretDesk, person: ids.ghost, place: 'canary', isSecret: 1 })
    const key = { prefix: 'canary', hash: 'canary', roles: [] }
    await make('api-keys', { name: 'canary', ...key })
  }
  await make('desks', { id: ids.desk, person: ids.ada, place: 'window' })
  await make('open', { id: ids.open, extra: { a: 1 }, person: ids.ada })
}
