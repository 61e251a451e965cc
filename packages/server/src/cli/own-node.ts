import { execFileSync } from 'node:child_process'
import { delimiter } from 'node:path'

/** The first with Argon2 in `node:crypto`; also in `bin/galley.js`. */
const needed = { major: 24, minor: 7 }

/**
 * Tells whether the Node of the machine is too old for Galley, although this one is not: npm puts the Node of a project
 * first on the path, and a new project has to bring its own then.
 */
export function isMachineNodeTooOld(): boolean {
  const path = (process.env.PATH ?? '').split(delimiter).filter((entry) => !entry.includes('node_modules'))
  try {
    const version = execFileSync('node', ['--version'], {
      env: { ...process.env, PATH: path.join(delimiter) },
      encoding: 'utf8',
    })
    const [major = 0, minor = 0] = version.slice(1).split('.').map(Number)
    return major < needed.major || (major === needed.major && minor < needed.minor)
  } catch {
    return false // no Node on the path: it was started by its full name, which will work again
  }
}

/** This Node as the range of the `node` package. */
export function nodePackageRange(): string {
  return `^${process.versions.node.split('.', 1)[0]}.0.0`
}
