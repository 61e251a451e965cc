import fc from 'fast-check'
import type { MaybePromise } from '../../packages/server/src/base/maybe-promise.ts'
import { compileModel } from '../../packages/server/src/model/compile-model.ts'
import type { FieldModel } from '../../packages/server/src/model/model.ts'
import { requireCollection } from '../../packages/server/src/model/require-collection.ts'
import type { OperationContext, Operations, ReplaceOptions } from '../../packages/server/src/operations/operations.ts'
import type { ColumnKind } from '../../packages/server/src/ports/database.ts'
import type {
  AggregateInput,
  ExpandInput,
  ExpandInputOptions,
  QueryInput,
} from '../../packages/server/src/query/query-input.ts'
import { hiddenNumbers, hiddenWords, ids, worldApp } from './two-worlds.ts'

/** A question or a change, to be asked of both worlds. */
export interface WorldRequest {
  readonly kind: string
  /** What is asked, for the report of a failure. */
  readonly told: string
  run(operations: Operations, who: OperationContext): MaybePromise<unknown>
}

const model = compileModel(worldApp)
const collections = [...model.collections.keys()]
const everyId = Object.values(ids).flat()
const idsOf: Readonly<Record<string, readonly string[]>> = {
  people: [ids.ada, ids.bob, ids.cyd, ids.ghost, ids.rareGhost],
  notes: [ids.note, ...ids.secretNotes],
  teams: [ids.openTeam, ids.secretTeam, ids.rareTeam],
  desks: [ids.desk, ids.secretDesk],
  vaults: [ids.vault],
  open: [ids.open],
}
const visibleIds: readonly string[] = [
  ids.ada,
  ids.bob,
  ids.cyd,
  ids.note,
  ids.openTeam,
  ids.desk,
  ids.open,
  ids.nothing,
]
const hiddenIds: readonly string[] = Object.values(ids)
  .flat()
  .filter((id) => !visibleIds.includes(id))

/** Mostly what makes sense, so that most questions are answered; now and then anything. */
function mostly<T>(sensible: readonly T[], anything: readonly T[]): fc.Arbitrary<T> {
  if (sensible.length === 0) return fc.constantFrom(...anything)
  return fc.oneof({ arbitrary: fc.constantFrom(...sensible), weight: 40 }, fc.constantFrom(...anything))
}

function fieldsOf(collection: string, isWanted: (field: FieldModel) => boolean = () => true): readonly string[] {
  return [...requireCollection(model, collection).fields.values()].filter(isWanted).map(({ name }) => name)
}

function targetOf(collection: string, field: string): string | undefined {
  return requireCollection(model, collection).fields.get(field)?.relation?.target
}

const oddNames = ['ssn', 'salary', 'phone', 'isSecret', 'code', 'nothing']
const nameOf = (collection: string, isWanted?: (field: FieldModel) => boolean) =>
  mostly(fieldsOf(collection, isWanted), oddNames)
const idIn = (collection: string) => mostly(idsOf[collection] ?? [], everyId)
const isFarSide = (field: FieldModel) => field.relation !== undefined && field.relation.kind !== 'reference'
const isComparable = ({ columns: [column] }: FieldModel) => column !== undefined && column.type.kind !== 'json'
const isNumber = ({ columns: [column] }: FieldModel) => column?.type.kind === 'integer'

/** A path of up to three fields through references. */
function pathIn(collection: string, isWanted = isComparable, steps = 3): fc.Arbitrary<string> {
  return nameOf(collection, isWanted).chain((name) => {
    const target = targetOf(collection, name)
    if (target === undefined || steps === 1) return fc.constant(name)
    const further = pathIn(target, isWanted, steps - 1).map((rest) => `${name}.${rest}`)
    return fc.oneof(fc.constant(name), further)
  })
}

const words = [
  ...Object.values(hiddenWords).map((word) => `${word} ghost`),
  'canary',
  'sparrow',
  'open',
  'words',
  'a',
  '',
  'Ada',
  'ada',
  'CHF',
  ...Object.values(hiddenWords).map((word) => `${word} phone`),
]
const numbers = [...Object.values(hiddenNumbers), 0, 1, 3, 5]
const anyValue: readonly unknown[] = [...words, ...numbers, ...everyId, null, true]
const valuesOf: Readonly<Partial<Record<ColumnKind, readonly unknown[]>>> = {
  text: words,
  integer: numbers,
  id: everyId,
  instant: ['2026-01-01', '2026-02-01T00:00:00Z'],
  json: words,
}

function conditionOn(field: FieldModel | undefined): fc.Arbitrary<unknown> {
  const value = mostly(valuesOf[field?.columns[0]?.type.kind ?? 'text'] ?? anyValue, anyValue)
  const operators = field?.type.operators ?? ['eq']
  return fc.oneof(
    value,
    mostly(operators, ['eq', 'gte', 'contains', 'in']).chain((operator) => {
      if (operator === 'null') return fc.boolean().map((isNull) => ({ null: isNull }))
      if (['in', 'nin', 'between'].includes(operator))
        return fc.tuple(value, value).map((pair) => ({ [operator]: pair }))
      return value.map((operand) => ({ [operator]: operand }))
    }),
  )
}

function whereIn(collection: string, depth = 2): fc.Arbitrary<Record<string, unknown>> {
  const leaf = nameOf(collection, (field) => !isFarSide(field)).chain((name) => {
    const target = depth > 0 ? targetOf(collection, name) : undefined
    const own = conditionOn(requireCollection(model, collection).fields.get(name)).map((asked) => ({ [name]: asked }))
    return target === undefined
      ? own
      : fc.oneof(
          own,
          whereIn(target, depth - 1).map((asked) => ({ [name]: asked })),
        )
  })
  if (depth === 0) return leaf
  const far = nameOf(collection, isFarSide).chain((name) => {
    const behind = fc.oneof(fc.constant(true), whereIn(targetOf(collection, name) ?? collection, depth - 1))
    return fc.tuple(fc.constantFrom('some', 'none'), behind).map(([word, asked]) => ({ [name]: { [word]: asked } }))
  })
  const inner = whereIn(collection, depth - 1)
  return fc.oneof(
    { arbitrary: leaf, weight: 3 },
    far,
    fc.tuple(inner, inner).map((or) => ({ or })),
    inner.map((not) => ({ not })),
  )
}

function expandIn(collection: string, depth = 2): fc.Arbitrary<ExpandInput> {
  const one = nameOf(collection, (field) => field.relation !== undefined).chain((name) => {
    const target = targetOf(collection, name) ?? collection
    const parts = { sort: pathIn(target), fields: fc.array(nameOf(target, isComparable), { maxLength: 2 }) }
    const options: fc.Arbitrary<ExpandInputOptions> =
      depth > 1
        ? fc.record({ ...parts, expand: expandIn(target, depth - 1) }, { requiredKeys: [] })
        : fc.record(parts, { requiredKeys: [] })
    return fc.oneof(fc.constant(true as const), options).map((asked) => [name, asked] as const)
  })
  return fc.array(one, { maxLength: 2 }).map((entries) => Object.fromEntries(entries))
}

function queryIn(collection: string): fc.Arbitrary<QueryInput> {
  const term = fc.tuple(fc.constantFrom('', '-'), pathIn(collection)).map((parts) => parts.join(''))
  const isSearchable = requireCollection(model, collection).searchFields.length > 0
  return fc.record(
    {
      where: whereIn(collection),
      // By rank SQLite orders with an eye on all rows, the hidden ones too; a search with a sort of its own does not.
      sort: fc.array(term, { minLength: 1, maxLength: 2 }),
      limit: fc.integer({ min: 1, max: 3 }),
      count: fc.constant('exact' as const),
      fields: fc.array(nameOf(collection, isComparable), { maxLength: 3 }),
      expand: expandIn(collection),
      ...(isSearchable ? { search: fc.constantFrom(...words) } : {}),
    },
    { requiredKeys: ['sort'] },
  )
}

/** A path that begins at a relation to many. */
function pathThroughMany(collection: string): fc.Arbitrary<string> {
  return nameOf(collection, isFarSide).chain((name) =>
    pathIn(targetOf(collection, name) ?? collection).map((rest) => `${name}.${rest}`),
  )
}

function aggregateIn(collection: string): fc.Arbitrary<AggregateInput> {
  const paths = fc.array(fc.oneof(pathIn(collection), pathThroughMany(collection)), { maxLength: 2 })
  const added = fc.array(pathIn(collection, isNumber), { maxLength: 1 })
  return fc.record(
    {
      where: whereIn(collection),
      groupBy: paths,
      count: fc.constant(true),
      sum: added,
      avg: added,
      min: added,
      max: added,
    },
    { requiredKeys: [] },
  )
}

function inputIn(collection: string): fc.Arbitrary<Record<string, unknown>> {
  const isGiven = (field: FieldModel) => !field.isSystem && !['many', 'one'].includes(field.relation?.kind ?? '')
  const member = nameOf(collection, isGiven).chain((name) => {
    const field = requireCollection(model, collection).fields.get(name)
    return givenTo(field).map((value) => [name, value] as const)
  })
  return fc
    .array(member, { maxLength: 3 })
    .map((entries) => ({ ...neededBy[collection], ...Object.fromEntries(entries) }))
}

/** What a new record cannot do without. */
const neededBy: Readonly<Record<string, object>> = {
  people: { name: 'New', owner: 'ada' },
  notes: { about: ids.ada, words: 'new', owner: 'ada' },
}

function givenTo(field: FieldModel | undefined): fc.Arbitrary<unknown> {
  const shape = field?.type.shape.kind
  if (shape === 'list')
    return fc.array(fc.constantFrom(...(field?.relation === undefined ? words : everyId)), { maxLength: 2 })
  if (shape === 'object')
    return fc.constantFrom<unknown>({ street: 'new' }, { amount: 1, currency: 'CHF' }, { street: 1 })
  return mostly(valuesOf[field?.columns[0]?.type.kind ?? 'text'] ?? anyValue, anyValue)
}

function demandsIn(collection: string): fc.Arbitrary<ReplaceOptions> {
  const demand = fc.oneof(
    fc.constant<ReplaceOptions>({ versions: [1] }),
    fc.constant<ReplaceOptions>({ mustExist: true }),
    whereIn(collection).map((where): ReplaceOptions => ({ where })),
  )
  return fc.oneof({ arbitrary: fc.constant({}), weight: 3 }, demand)
}

/** Requests of every kind, about every collection. */
export const worldRequest: fc.Arbitrary<WorldRequest> = mostly(
  ['people', 'notes', 'teams', 'desks'],
  collections,
).chain((of) => {
  const [id, query, input, demands] = [idIn(of), queryIn(of), inputIn(of), demandsIn(of)]
  const relation = nameOf(of, (field) => field.relation !== undefined)
  const target = (name: string) => targetOf(of, name) ?? of
  const actions = mostly([...requireCollection(model, of).actions.keys()], ['none'])
  return fc.oneof(
    {
      arbitrary: query.map((asked) => ask('find', { of, asked }, (ops, who) => allPages(ops, who, of, asked))),
      weight: 4,
    },
    {
      arbitrary: aggregateIn(of).map((asked) =>
        ask('aggregate', { of, asked }, (ops, who) => ops.aggregate(who, of, asked)),
      ),
      weight: 3,
    },
    fc.tuple(id, query).map(([one, { fields, expand }]) => {
      const asked = { ...(fields === undefined ? {} : { fields }), ...(expand === undefined ? {} : { expand }) }
      return ask('get', { of, one, asked }, (ops, who) => ops.get(who, of, one, asked))
    }),
    relation
      .chain((name) => fc.tuple(fc.constant(name), id, queryIn(target(name))))
      .map(([name, one, asked]) =>
        ask('related', { of, one, name, asked }, (ops, who) => ops.related(who, of, one, name, asked)),
      ),
    input.map((data) =>
      change('create', { of, data }, (ops, who) => ops.create(who, of, { ...data, id: ids.nothing })),
    ),
    fc
      .tuple(id, input, demands)
      .map(([one, data, options]) =>
        change('update', { of, one, data, options }, (ops, who) => ops.update(who, of, one, data, options)),
      ),
    // Under the id of a hidden record none can be created, and one that hidden records refer to cannot be deleted: both tell
    // that something is there, and nothing else would be honest.
    fc
      .tuple(
        id.filter((one) => !hiddenIds.includes(one)),
        input,
        demands,
      )
      .map(([one, data, options]) =>
        change('replace', { of, one, data, options }, (ops, who) => ops.replace(who, of, one, data, options)),
      ),
    fc
      .tuple(of === 'people' ? fc.constant(ids.nothing) : id, demands)
      .map(([one, options]) => change('delete', { of, one, options }, (ops, who) => ops.delete(who, of, one, options))),
    relation
      .chain((name) => fc.tuple(fc.constant(name), id, inputIn(target(name))))
      .map(([name, one, data]) =>
        change('createRelated', { of, one, name, data }, (ops, who) =>
          ops.createRelated(who, of, one, name, { ...data, id: ids.nothing }),
        ),
      ),
    fc
      .tuple(id, actions)
      .map(([one, action]) => change('act', { of, one, action }, (ops, who) => ops.act(who, of, action, one, {}))),
    fc.tuple(id, input).map(([one, data]) =>
      change('batch', { of, one, data }, (ops, who) => {
        const read = { operation: 'get', collection: of, id: one, ref: 'a' }
        return ops.batch(who, {
          operations: [read, { operation: 'update', collection: of, id: { $ref: 'a.id' }, data }],
        })
      }),
    ),
  )
})

/** Every clause that can name a field, naming each field there is, and each behind each relation. */
export function everyClause(): readonly WorldRequest[] {
  return collections.flatMap((of) => {
    const own = fieldsOf(of)
    const further = own.flatMap((name) => {
      const target = targetOf(of, name)
      return target === undefined ? [] : fieldsOf(target).map((field) => [name, field] as const)
    })
    return [
      ...own.flatMap((name) => clausesOf(of, [name])),
      ...further.flatMap((path) => clausesOf(of, path)),
      ...Object.values(ids)
        .flat()
        .map((id) => ask('get', { of, id }, (ops, who) => ops.get(who, of, id))),
    ]
  })
}

function clausesOf(of: string, [name, behind]: readonly [string, string?]): readonly WorldRequest[] {
  const path = behind === undefined ? name : `${name}.${behind}`
  const find = (asked: QueryInput) => ask('find', { of, asked }, (ops, who) => allPages(ops, who, of, asked))
  const sum = (asked: AggregateInput) => ask('aggregate', { of, asked }, (ops, who) => ops.aggregate(who, of, asked))
  const field = requireCollection(model, behind === undefined ? of : (targetOf(of, name) ?? of)).fields.get(
    behind ?? name,
  )!
  const isFar = isFarSide(requireCollection(model, of).fields.get(name)!)
  const asked = isFar && behind === undefined ? [true, {}] : probesOf(field)
  return [
    ...asked.flatMap((operand) => {
      const where = behind === undefined || !isFar ? { [path]: operand } : { [name]: { some: { [behind]: operand } } }
      const none = isFar ? [{ [name]: { none: behind === undefined ? true : { [behind]: operand } } }] : []
      return [
        find({ where }),
        find({ where: { not: where }, limit: 1 }),
        ...none.map((negative) => find({ where: negative })),
      ]
    }),
    find({ sort: path, limit: 1 }),
    find({ sort: `-${path}`, limit: 1, count: 'exact' }),
    find({ fields: [path] }),
    find({ expand: behind === undefined ? { [name]: true } : { [name]: { sort: `-${behind}`, fields: [behind] } } }),
    find({ expand: behind === undefined ? { [name]: { limit: 1 } } : { [name]: { expand: { [behind]: true } } } }),
    sum({ groupBy: [path] }),
    sum({ min: [path] }),
    sum({ max: [path] }),
    sum({ sum: [path], where: { [name]: { null: false } } }),
  ]
}

/** Questions whose answer depends on what a hidden value is. */
function probesOf({ type, columns }: FieldModel): readonly unknown[] {
  const kind = columns[0]?.type.kind ?? 'text'
  const value: unknown =
    kind === 'integer' ? hiddenNumbers.canary : kind === 'id' ? ids.ada : kind === 'instant' ? '2026-01-01' : 'canary'
  return type.operators.map((operator) => {
    if (operator === 'null') return { null: true }
    return { [operator]: ['in', 'nin', 'between'].includes(operator) ? [value, value] : value }
  })
}

function ask(kind: string, told: object, run: WorldRequest['run']): WorldRequest {
  return { kind, told: `${kind} ${JSON.stringify(told)}`, run }
}

/** A change that is undone, so that both worlds stay as they are. */
function change(kind: string, told: object, run: WorldRequest['run']): WorldRequest {
  return ask(kind, told, (operations, who) => operations.rehearse(who, async (inner) => run(operations, inner)))
}

async function allPages(
  operations: Operations,
  who: OperationContext,
  of: string,
  asked: QueryInput,
): Promise<readonly unknown[]> {
  const pages = [JSON.parse((await operations.find(who, of, asked)).json)]
  while (pages.at(-1).page.next !== null && pages.length < 10)
    pages.push(JSON.parse((await operations.find(who, of, { ...asked, after: pages.at(-1).page.next })).json))
  return pages
}
