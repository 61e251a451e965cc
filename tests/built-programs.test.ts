import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

test('programs that nothing imports, because processes and threads begin with them, are built', () => {
  const { files } = JSON.parse(readFileSync('packages/server/tsconfig.build.json', 'utf8'))
  const programs = globSync('src/**/*-{process,thread}.ts', { cwd: 'packages/server' })
  assert.ok(programs.length >= 2)
  for (const program of programs) assert.ok(files.includes(program.replaceAll('\\', '/')), program)
})
