import { dirname, join, resolve, sep } from 'node:path'
import { freePort } from './free-port.ts'
import { makeProject, type RunningGalley, runGalley, startGalley } from './run-galley.ts'

const served = 'http://localhost:3000'

/**
 * Does what the guide tells a reader to type, without a shell or a network: a page runs in one of these from top to bottom.
 *
 * Changes nothing outside of a temporary place of its own: what lies beside the repository belongs to somebody.
 */
export class GuideShell {
  readonly #place: string
  #folder: string
  readonly #start: readonly string[]
  readonly #environment: Readonly<Record<string, string>>
  #server: RunningGalley | undefined
  readonly #variables = new Map<string, string>()
  /** What a function stands for, before its arguments. */
  readonly #functions = new Map<string, string>()
  /** Of every request, in order. */
  readonly statuses: number[] = []
  /** What the last block printed. */
  output = ''

  /**
   * Begins in an empty project.
   *
   * @param appOfRepository  begin in the repository instead, where `npm start` serves this one.
   */
  constructor(appOfRepository?: string, repository = '.') {
    const project = makeProject('')
    this.#place = resolve(dirname(project))
    this.#folder = appOfRepository === undefined ? project : repository
    this.#start = appOfRepository === undefined ? ['start'] : ['start', '--migrate', '--seed', '--app', appOfRepository]
    this.#environment = appOfRepository === undefined ? {} : { DATA_DIR: join(project, 'data') }
  }

  /** Where something that the guide names lies. @throws Error  when that is not in the shell's own place. */
  inside(path: string): string {
    const whole = resolve(this.#folder, path)
    if (!whole.startsWith(this.#place + sep)) throw new Error(`The guide leaves its own place for ${whole}.`)
    return whole
  }

  get server(): RunningGalley | undefined {
    return this.#server
  }

  /** Runs the lines of a block and gathers what the last of them printed. */
  async run(block: string): Promise<void> {
    for (const line of linesOf(block)) {
      const printed = await this.#line(line)
      if (printed !== undefined) this.output = printed
    }
  }

  async #line(line: string): Promise<string | undefined> {
    const [, called = '', body] = /^(\w+)\(\) \{ (.+) "\$@"; \}$/.exec(line) ?? []
    if (body !== undefined) return void this.#functions.set(called, body)
    const [, name, value = ''] = /^(\w+)=(.*)$/.exec(line) ?? []
    if (name === undefined) return this.#command(wordsOf(this.#expanded(line), this.#variables))
    this.#variables.set(name, await this.#valueOf(name, value))
    return undefined
  }

  #expanded(line: string): string {
    return line.replace(/^\w+/, (word) => this.#functions.get(word) ?? word)
  }

  /** `$(command)`, or `…` for the member of this name in the last answer, or else the id. */
  async #valueOf(name: string, text: string): Promise<string> {
    const command = /^\$\((.+)\)$/.exec(text)?.[1]
    if (command !== undefined) return ((await this.#line(command)) ?? '').trim()
    if (!text.startsWith('…')) return text
    const answer = JSON.parse(this.output)
    return answer[name] ?? answer.id ?? answer.data[0].id
  }

  async #command(words: readonly string[]): Promise<string | undefined> {
    const [program = '', ...args] = words
    const command = this.#commands[program]
    if (command === undefined) throw new Error(`The guide uses ${program}, which this shell does not know.`)
    return command(args)
  }

  readonly #commands: Readonly<
    Record<string, (args: readonly string[]) => string | undefined | Promise<string | undefined>>
  > = {
    cd: ([folder = '']) => {
      this.#folder = this.inside(folder)
      return undefined
    },
    npm: (args) => this.#npm(args.join(' ')),
    npx: ([, ...args]) => this.#galley(args),
    curl: async (args) => {
      const answer = await curl(args, this.#server?.url ?? served)
      this.statuses.push(answer.status)
      return answer.text()
    },
  }

  async #npm(words: string): Promise<undefined> {
    // The packages of this repository are found from where the project lies; the test of a page runs its tests.
    if (words === 'install' || words === 'test') return
    if (words !== 'run dev' && words !== 'start')
      throw new Error(`The guide uses npm ${words}, which this shell does not know.`)
    await this.#server?.stop()
    const PORT = String(await freePort()) // the same after each change
    this.#server = await startGalley(this.#folder, words === 'start' ? this.#start : ['dev'], {
      PORT,
      ...this.#environment,
    })
  }

  async #galley(args: readonly string[]): Promise<string> {
    if (args[0] === 'new') this.inside(args[1] ?? '')
    const { exitCode, stdout, stderr } = await runGalley(this.#folder, args, this.#environment)
    if (exitCode !== 0) throw new Error(`galley ${args.join(' ')} ended with ${exitCode}: ${stderr}`)
    return stdout
  }

  async stop(): Promise<void> {
    await this.#server?.stop()
  }
}

/** Lines without comments; a backslash at the end, or a quote that is open, joins the next one. */
function linesOf(block: string): readonly string[] {
  const parts = block.matchAll(/'[^']*'|"(?:\\.|[^"\\])*"|\\\n\s*|(?<=^|\s)#.*|\n|[^'"\\\n#]+|./gm)
  const whole = [...parts].map(([part]) => {
    if (part === '\n') return part
    return /^(\\\n|#)/.test(part) ? '' : part.replace(/\n\s*/g, ' ')
  })
  return whole
    .join('')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** Splits a line into words as a shell does: quotes, backslashes inside of double quotes, variables outside of single ones. */
function wordsOf(line: string, variables: ReadonlyMap<string, string>): readonly string[] {
  const filled = (text: string) => text.replace(/\$(\w+)/g, (_whole, name) => variables.get(name) ?? '')
  const parts = line.matchAll(/((?:'[^']*'|"(?:\\.|[^"\\])*"|[^\s'"])+)/g)
  return [...parts].map(([word]) =>
    word.replace(
      /'([^']*)'|"((?:\\.|[^"\\])*)"|[^'"]+/g,
      (bare, single, double) =>
        single ?? (double === undefined ? filled(bare) : filled(double).replace(/\\(.)/g, '$1')),
    ),
  )
}

function curl(args: readonly string[], url: string): Promise<Response> {
  const headers: Record<string, string> = {}
  let method: string | undefined
  let body: string | undefined
  let target = ''
  for (let index = 0; index < args.length; index += 1) {
    const [word, next = ''] = args.slice(index)
    if (word === '-X') method = next
    else if (word === '-d') body = next
    else if (word === '-H') headers[next.slice(0, next.indexOf(':'))] = next.slice(next.indexOf(':') + 1).trim()
    else if (word?.startsWith('-') === false) target = word // the rest, such as -o, is about what is shown
    if (word?.startsWith('-') === true && word !== '-g') index += 1
  }
  method ??= body === undefined ? 'GET' : 'POST'
  return fetch(target.replace(served, url), { method, headers, body: body ?? null })
}
