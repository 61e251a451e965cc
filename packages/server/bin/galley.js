#!/usr/bin/env node
// Plain JavaScript that old versions of Node can read, so that they can be told what is missing.
import { existsSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'

// The first with Argon2 in node:crypto.
const needed = [24, 7]

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  console.error(`Galley needs Node ${needed.join('.')} or newer; this is ${process.versions.node}.`)
  console.error('To bring one along in this project: npm install --save-dev node')
  process.exit(1)
}

// What is compiled once, the application included, is kept for the next start. Inside of the package, because what is read from there
// runs: nobody may write it who may not write the package. Where that is nobody, or NODE_COMPILE_CACHE is set, nothing happens.
module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache', import.meta.url)))

// In the repository the sources run as they are; the published package holds them compiled, beside `bin`.
const source = new URL('../src/cli/main.ts', import.meta.url)
const compiled = new URL('../cli/main.js', import.meta.url)

import(existsSync(source) ? source.href : compiled.href).then(({ main }) => main(process.argv.slice(2)))
