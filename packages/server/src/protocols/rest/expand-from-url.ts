import type { ExpandInput } from '../../query/query-input.ts'
import type { UrlIssues } from './url-issues.ts'

/**
 * Reads `category,reviews(limit:5,sort:-createdAt,fields:(id,rating)).author`.
 *
 * ```
 * expand   = path *("," path)
 * path     = relation *("." relation)
 * relation = name ["(" option *("," option) ")"]
 * option   = "limit:" digits / "sort:" words / "fields:" words
 * words    = word / "(" word *("," word) ")"
 * ```
 * Paths that begin alike are one: `items.product,items.order` expands both of the items.
 */
export function expandFromUrl(text: string, issues: UrlIssues): ExpandInput {
  const reader = new Reader(text)
  const root: Branch = new Map()
  try {
    do readPath(reader, root)
    while (reader.takes(','))
    if (!reader.isAtEnd) throw reader.unexpected()
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error
    issues.add('expand', 'malformed', error.message)
  }
  return inputFromBranch(root)
}

type Branch = Map<string, Relation>
interface Relation {
  options: Readonly<Record<string, unknown>> | undefined
  readonly inside: Branch
}

class SyntaxProblem extends Error {}

/** The query itself has a finer limit; this one keeps what is built here small enough to be walked. */
const maxDepth = 16

function readPath(reader: Reader, root: Branch): void {
  let branch = root
  for (let depth = 1; ; depth += 1) {
    if (depth > maxDepth) throw new SyntaxProblem(`Relations nest at most ${maxDepth} deep.`)
    branch = readRelation(reader, branch)
    if (!reader.takes('.')) return
  }
}

function readRelation(reader: Reader, branch: Branch): Branch {
  const name = reader.word(/[A-Za-z0-9]/, 'the name of a relation')
  const relation = branch.get(name) ?? { options: undefined, inside: new Map() }
  branch.set(name, relation)
  if (!reader.takes('(')) return relation.inside
  if (relation.options !== undefined) throw new SyntaxProblem(`The options of ${name} are given twice.`)
  relation.options = readOptions(reader)
  return relation.inside
}

function readOptions(reader: Reader): Readonly<Record<string, unknown>> {
  const options: Record<string, unknown> = {}
  do {
    const name = reader.word(/[a-z]/, 'limit, sort or fields')
    reader.expect(':')
    if (Object.hasOwn(options, name)) throw new SyntaxProblem(`${name} is given twice.`)
    if (name === 'limit') options.limit = Number(reader.word(/\d/, 'a number'))
    else if (name === 'sort' || name === 'fields') options[name] = readWords(reader)
    else throw new SyntaxProblem(`There is no option ${name}. Use limit, sort or fields.`)
  } while (reader.takes(','))
  reader.expect(')')
  return options
}

function readWords(reader: Reader): readonly string[] {
  const word = () => reader.word(/[A-Za-z0-9.+-]/, 'a field')
  if (!reader.takes('(')) return [word()]
  const words: string[] = []
  do words.push(word())
  while (reader.takes(','))
  reader.expect(')')
  return words
}

/** Reads from left to right and never goes back. */
class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length
  }

  takes(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false
    this.#at += 1
    return true
  }

  expect(sign: string): void {
    if (!this.takes(sign)) throw this.unexpected(JSON.stringify(sign))
  }

  word(letter: RegExp, what: string): string {
    const start = this.#at
    while (!this.isAtEnd && letter.test(this.#text[this.#at]!)) this.#at += 1
    if (this.#at === start) throw this.unexpected(what)
    return this.#text.slice(start, this.#at)
  }

  unexpected(wanted?: string): SyntaxProblem {
    const found = this.isAtEnd ? 'the end' : JSON.stringify(this.#text[this.#at])
    const instead = wanted === undefined ? 'is not expected' : `stands where ${wanted} is expected`
    return new SyntaxProblem(`At character ${this.#at + 1}, ${found} ${instead}.`)
  }
}

function inputFromBranch(branch: Branch): ExpandInput {
  return Object.fromEntries(
    [...branch].map(([name, { options, inside }]) => {
      if (options === undefined && inside.size === 0) return [name, true]
      return [name, { ...options, ...(inside.size > 0 && { expand: inputFromBranch(inside) }) }]
    }),
  )
}
