import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Settings } from './app.ts'
import { checkSettings } from './check-settings.ts'
import { collectProblems } from './problems.ts'

function pathsOf(settings: Settings): readonly string[] {
  const problems = collectProblems()
  checkSettings(settings, problems)
  return problems.all.map((issue) => issue.pointer)
}

test('settings that can be meant are taken', () => {
  assert.deepEqual(pathsOf({}), [])
  assert.deepEqual(
    pathsOf({
      rateLimit: false,
      limits: { bodyBytes: 1 },
      cors: { origins: ['https://shop.example', 'http://localhost:5173'] },
    }),
    [],
  )
})

test('limits of nothing, misspelt limits and origins with a path are all told at once', () => {
  const settings = {
    rateLimit: { max: 0, windowSeconds: 1.5 },
    limits: { bodyBytes: -1, bodyByte: 5 },
    cors: { origins: ['shop.example', 'https://shop.example/'] },
  }
  assert.deepEqual(pathsOf(settings as Settings), [
    'settings.limits.bodyBytes',
    'settings.limits.bodyByte',
    'settings.rateLimit.max',
    'settings.rateLimit.windowSeconds',
    'settings.cors.origins',
    'settings.cors.origins',
  ])
})
