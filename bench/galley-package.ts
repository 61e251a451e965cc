import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** A project as a user has one, with the package as it would be published. */
export interface Project {
  readonly folder: string
  /** A command line of `galley` that is run in the folder. */
  galley(...args: readonly string[]): readonly string[]
  /** Runs a command of `galley` to its end and gives what it writes to standard output. */
  run(environment: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<string>
}

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Builds the package beside a copy of `app`, so that nothing that is built meanwhile changes what is measured.
 *
 * @param revision  of git; undefined: the files as they are.
 */
export async function makeProject(folder: string, app: URL, revision?: string): Promise<Project> {
  const modules = join(folder, 'node_modules')
  const built = join(modules, 'galley')
  mkdirSync(modules, { recursive: true })
  const source = revision === undefined ? root : await checkOut(revision, join(folder, 'source'))
  await promisify(execFile)(process.execPath, [join(root, 'scripts/build.ts'), built], { cwd: source }).catch(
    buildFailed,
  )
  linkDependencies(modules)
  copyFileSync(app, join(folder, 'app.ts'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'bench', private: true, type: 'module' }))
  const galley = (...args: readonly string[]) => [process.execPath, join(built, 'bin/galley.js'), ...args]
  return {
    folder,
    galley,
    async run(environment, ...args) {
      const [program, ...rest] = galley(...args)
      const env = { ...process.env, ...environment }
      return (await promisify(execFile)(program!, rest, { cwd: folder, env })).stdout.trim()
    },
  }
}

function buildFailed(error: Error & { stdout?: string }): never {
  throw new Error(`The package does not build. Measure what was committed: --revision HEAD\n${error.stdout}`)
}

/** The sources of a revision, with the dependencies of today. */
async function checkOut(revision: string, folder: string): Promise<string> {
  mkdirSync(folder)
  const archive = join(folder, 'source.tar')
  await promisify(execFile)('git', ['archive', '-o', archive, revision], { cwd: root })
  await promisify(execFile)('tar', ['-xf', archive], { cwd: folder })
  for (const place of ['node_modules', 'packages/server/node_modules'])
    if (existsSync(join(root, place))) symlinkSync(join(root, place), join(folder, place))
  return folder
}

function linkDependencies(modules: string): void {
  const server = join(root, 'packages/server')
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(server, 'package.json'), 'utf8'))
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    const place = [server, root].map((base) => join(base, 'node_modules', name)).find(existsSync)
    if (place === undefined) continue // an optional driver that nobody has installed
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    symlinkSync(realpathSync(place), join(modules, name))
  }
}
