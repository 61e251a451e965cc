import { remembering } from '../../base/remembering.ts'
import type { ReadOptions } from '../../operations/operations.ts'
import type { AggregateInput, QueryInput } from '../../query/query-input.ts'
import { restErrors } from './errors.ts'
import { expandFromUrl } from './expand-from-url.ts'
import { filterFromUrl } from './filter-from-url.ts'
import { UrlIssues } from './url-issues.ts'
import { type UrlParameter, urlParameters } from './url-parameters.ts'

/**
 * Reads the raw query of a URL into what operations take. Equal text gives the same frozen object, from memory.
 *
 * All throw rest_query_malformed with every problem there is, each with the name of its parameter.
 */
export interface UrlQueryReader {
  list(query: string): QueryInput
  record(query: string): ReadOptions
  aggregate(query: string): AggregateInput
  /** For requests that take no parameters. */
  none(query: string): void
}

/** Queries of that many kinds are read once, if they are not longer than that. */
const memory = { capacity: 500, maxLength: 1_000 }

export function createUrlQueryReader(): UrlQueryReader {
  return {
    list: remembering((query) => readQuery<QueryInput>(query, listParameters), memory),
    record: remembering((query) => readQuery<ReadOptions>(query, recordParameters), memory),
    aggregate: remembering((query) => readQuery<AggregateInput>(query, aggregateParameters), memory),
    none(query) {
      if (query !== '') readQuery(query, {})
    },
  }
}

type ReadValue = (value: string, name: string, issues: UrlIssues) => unknown
type Parameters = Readonly<Record<string, ReadValue>>

const text: ReadValue = (value) => value
const names: ReadValue = (value) => value.split(',').map((name) => name.trim())

const wholeNumber: ReadValue = (value, name, issues) => {
  if (/^\d{1,9}$/.test(value)) return Number(value)
  issues.add(name, 'type', `${name} is a whole number.`)
  return undefined
}

const counting: ReadValue = (value, name, issues) => {
  if (value === 'exact' || value === 'estimated' || value === 'none') return value
  issues.add(name, 'type', 'count is one of: exact, estimated, none.')
  return undefined
}

const flag: ReadValue = (value, name, issues) => {
  if (value === '' || value === 'true') return true
  if (value === 'false') return false
  issues.add(name, 'type', `${name} is true or false.`)
  return undefined
}

const expand: ReadValue = (value, _name, issues) => expandFromUrl(value, issues)

/** `filter[…]` is read apart from these: it may be given many times. */
const listParameters: Parameters = {
  filter: text,
  sort: text,
  limit: wholeNumber,
  after: text,
  before: text,
  page: wholeNumber,
  search: text,
  count: counting,
  fields: names,
  expand,
}
const recordParameters: Parameters = { fields: names, expand }
const aggregateParameters: Parameters = {
  filter: text,
  search: text,
  groupBy: names,
  count: flag,
  sum: names,
  avg: names,
  min: names,
  max: names,
  sort: text,
  limit: wholeNumber,
}

function readQuery<T>(query: string, known: Parameters): T {
  const issues = new UrlIssues()
  const all = urlParameters(query, issues)
  const isFilter = ({ name }: UrlParameter) => 'filter' in known && (name === 'filter' || name.startsWith('filter['))
  const filters = all.filter(isFilter)
  const input: Record<string, unknown> = {}
  if (filters.length > 0) {
    input.where = filterFromUrl(filters, issues)
    input.hasTextValues = true
  }
  for (const parameter of all) if (!isFilter(parameter)) readParameter(parameter, known, input, issues)
  if (issues.all.length > 0) throw restErrors.query_malformed({ issues: issues.all })
  return Object.freeze(input) as T
}

function readParameter(
  { name, value }: UrlParameter,
  known: Parameters,
  input: Record<string, unknown>,
  issues: UrlIssues,
) {
  if (!Object.hasOwn(known, name)) issues.add(name, 'unknown_parameter', unknownSentence(known))
  else if (Object.hasOwn(input, name)) issues.add(name, 'repeated', 'This parameter is given twice.')
  else input[name] = known[name]!(value, name, issues)
}

function unknownSentence(known: Parameters): string {
  const list = Object.keys(known).join(', ')
  return list === '' ? 'This request takes no parameters.' : `There is no such parameter. There are: ${list}.`
}
