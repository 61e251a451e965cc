import { isOperator, type Operator } from '../../model/operator.ts'
import type { WhereInput } from '../../query/query-input.ts'
import type { UrlIssues } from './url-issues.ts'
import type { UrlParameter } from './url-parameters.ts'

/**
 * Reads the `filter[…]` parameters of a URL.
 *
 * Brackets and dots both go one step deeper: `filter[category.slug][eq]=tea` is `filter[category][slug][eq]=tea`. Without an
 * operator at the end, `eq` is meant. Values stay text: what they are depends on the field.
 */
export function filterFromUrl(parameters: readonly UrlParameter[], issues: UrlIssues): WhereInput {
  const root: Branch = new Map()
  for (const parameter of parameters) {
    const path = pathIn(parameter.name, issues)
    if (path !== undefined) insert(root, path, parameter, issues)
  }
  return whereFromBranch(root)
}

type Branch = Map<string, Branch | Leaf>
interface Leaf {
  readonly values: string[]
  readonly isList: boolean
}
interface FilterPath {
  /** Ends with an operator. */
  readonly steps: readonly string[]
  /** `filter[x][in][]=a`: one value of a list. */
  readonly isItem: boolean
}

const listOperators: ReadonlySet<string> = new Set<Operator>(['in', 'nin', 'between'])
const groups: ReadonlySet<string> = new Set(['and', 'or'])
/** The query itself has a finer limit; this one keeps what is built here small enough to be walked. */
const maxSteps = 32

const shapeOfFilter = /^filter((?:\[[^[\]]*\])+)$/
const nameStep = /^[A-Za-z][A-Za-z0-9]*$/
const indexStep = /^(?:0|[1-9]\d{0,2})$/

function pathIn(name: string, issues: UrlIssues): FilterPath | undefined {
  const brackets = shapeOfFilter.exec(name)?.[1]
  if (brackets === undefined) {
    issues.add(name, 'malformed', 'A filter is written like filter[price][gte]=10.')
    return undefined
  }
  const contents = brackets.slice(1, -1).split('][')
  const isItem = contents.length > 1 && contents.at(-1) === ''
  const steps = (isItem ? contents.slice(0, -1) : contents).flatMap((content) => content.split('.'))
  const problem = problemOf(steps)
  if (problem !== undefined) {
    issues.add(name, steps.length > maxSteps ? 'too_deep' : 'malformed', problem)
    return undefined
  }
  return { steps: endsWithOperator(steps) ? steps : [...steps, 'eq'], isItem }
}

function problemOf(steps: readonly string[]): string | undefined {
  if (steps.length > maxSteps) return `A filter has at most ${maxSteps} steps.`
  for (const [index, step] of steps.entries()) {
    const isInGroup = groups.has(steps[index - 1] ?? '')
    if (isInGroup && !indexStep.test(step))
      return `${steps[index - 1]} takes a list: filter[${steps[index - 1]}][0][name]=x.`
    if (!isInGroup && !nameStep.test(step))
      return `A filter names fields and operators; ${JSON.stringify(step)} is neither.`
  }
  const last = steps.at(-1)!
  if (groups.has(last) || last === 'not' || groups.has(steps.at(-2) ?? ''))
    return `After ${last} follows a field: filter[or][0][name]=x, filter[not][name]=x.`
  return undefined
}

/** What follows a group is a field, whatever its name. */
function endsWithOperator(steps: readonly string[]): boolean {
  if (steps.length < 2 || !isOperator(steps.at(-1)!)) return false
  return steps.at(-2) !== 'not' && !indexStep.test(steps.at(-2)!)
}

function insert(root: Branch, path: FilterPath, { name, value }: UrlParameter, issues: UrlIssues): void {
  const { steps, isItem } = path
  const branch = branchAt(root, steps.slice(0, -1))
  const operator = steps.at(-1)!
  const present = branch?.get(operator)
  if (branch === undefined || present instanceof Map)
    issues.add(name, 'repeated', 'Another parameter asks something else of the same field. Use filter[and][0]….')
  else if (isItem && !listOperators.has(operator))
    issues.add(name, 'malformed', 'Only in, nin and between take several values by [].')
  else if (present === undefined) branch.set(operator, leafFor(operator, value, isItem))
  else if (isItem) present.values.push(value)
  else issues.add(name, 'repeated', 'This parameter is given twice.')
}

function leafFor(operator: string, value: string, isItem: boolean): Leaf {
  const isList = listOperators.has(operator)
  return { values: isList && !isItem ? listItems(value) : [value], isList }
}

/** The branch at the end of a path, made where it is missing; undefined when a value stands in the way. */
function branchAt(root: Branch, path: readonly string[]): Branch | undefined {
  let branch = root
  for (const step of path) {
    let next = branch.get(step)
    if (next === undefined) {
      next = new Map()
      branch.set(step, next)
    }
    if (!(next instanceof Map)) return undefined
    branch = next
  }
  return branch
}

/** `a,b\,c` is `a` and `b,c`; `\\` is a backslash. */
export function listItems(text: string): string[] {
  const items: string[] = []
  let item = ''
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index]!
    if (char === '\\' && (text[index + 1] === ',' || text[index + 1] === '\\')) {
      index += 1
      item += text[index]
    } else if (char === ',') {
      items.push(item)
      item = ''
    } else item += char
  }
  return [...items, item]
}

function whereFromBranch(branch: Branch): WhereInput {
  return Object.fromEntries([...branch].map(([step, node]) => [step, whereFromNode(step, node)]))
}

function whereFromNode(step: string, node: Branch | Leaf): unknown {
  if (!(node instanceof Map)) return node.isList ? node.values : node.values[0]
  if (!groups.has(step)) return whereFromBranch(node)
  const inOrder = [...node].sort(([left], [right]) => Number(left) - Number(right))
  return inOrder.map(([, part]) => whereFromBranch(part as Branch))
}
