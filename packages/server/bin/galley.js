#!/usr/bin/env node
// Plain JavaScript that old versions of Node can read, so that they can be told what is missing.
import { existsSync } from 'node:fs'

const neededMajor = 24

if (Number.parseInt(process.versions.node, 10) < neededMajor) {
  console.error(`Galley needs Node ${neededMajor} or newer; this is ${process.versions.node}.`)
  process.exit(1)
}

// In the repository the sources run as they are; the published package holds them compiled, beside `bin`.
const source = new URL('../src/cli/main.ts', import.meta.url)
const compiled = new URL('../cli/main.js', import.meta.url)

import(existsSync(source) ? source.href : compiled.href).then(({ main }) => main(process.argv.slice(2)))
