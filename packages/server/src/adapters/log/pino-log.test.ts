import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { createLog, type LogOptions } from './pino-log.ts'

function start(options: LogOptions = {}) {
  const lines: Record<string, unknown>[] = []
  const log = createLog({ destination: { write: (line: string) => void lines.push(JSON.parse(line)) }, ...options })
  return { log, lines }
}

test('a line is JSON with its level, time, data and sentence', () => {
  const { log, lines } = start()
  log.warn({ count: 3 }, 'three of them')
  const { time, ...line } = lines[0]!
  assert.deepEqual(line, { level: 'warn', count: 3, msg: 'three of them' })
  assert.match(time as string, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
})

test('what names a secret is not written, however deep', () => {
  const { log, lines } = start()
  const data = {
    headers: { Authorization: 'Bearer 1', cookie: 'a=1', 'set-cookie': ['b'], accept: '*/*' },
    users: [{ newPassword: 'x', name: 'Ada' }],
    apiKey: 'k',
    accessToken: 't',
    password: null,
  }
  log.info(data, 'secrets')
  const { level: _level, time: _time, msg: _msg, ...line } = lines[0]!
  assert.deepEqual(line, {
    headers: { Authorization: '[redacted]', cookie: '[redacted]', 'set-cookie': '[redacted]', accept: '*/*' },
    users: [{ newPassword: '[redacted]', name: 'Ada' }],
    apiKey: '[redacted]',
    accessToken: '[redacted]',
    password: null,
  })
  assert.equal(data.apiKey, 'k', 'the data itself is as before')
})

test('an error is written with its stack and its cause', () => {
  const { log, lines } = start()
  log.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed')
  const { message, stack } = lines[0]!.err as { message: string; stack: string }
  assert.match(message, /outer/)
  assert.match(stack, /caused by: Error: inner/)
})

test('a flat line is written as pino writes it', () => {
  const data = {
    text: 'a "quoted"\n\u0001 \ud800 ü 😀',
    none: undefined,
    nothing: null,
    number: -1.5,
    notFinite: Number.NaN,
    isTrue: true,
    'na"me': 1,
    accessToken: 't',
    apiKey: null,
    long: 'x'.repeat(500),
  }
  const written: string[] = []
  const options = {
    base: { worker: 2 },
    destination: { write: (line: string) => void written.push(line) },
  }
  const log = createLog(options)
  log.info(data, 'a "sentence"')
  log.info({ ...data, deep: {} }, 'a "sentence"')
  const [flat, deep] = written.map((line) => line.replace(/"time":"[^"]*"/, '"time":""'))
  assert.equal(flat, deep!.replace('"deep":{},', ''))
})

test('lines below the level are left out', () => {
  const { log, lines } = start({ level: 'warn' })
  log.info({}, 'not this')
  log.error({}, 'but this')
  assert.deepEqual(
    lines.map((line) => line.msg),
    ['but this'],
  )
})

test('no line is lost when the process ends, by itself or by an error', () => {
  const script = (end: string) =>
    `import { createLog } from ${JSON.stringify(new URL('./pino-log.ts', import.meta.url).href)}
     const log = createLog({ isPretty: false })
     for (let count = 0; count < 500; count += 1) log.info({ count }, 'line')
     ${end}`
  for (const end of ['', 'process.exit(0)', "log.error({}, 'line'); throw new Error('end')"]) {
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script(end)], { encoding: 'utf8' })
    assert.ok(stdout.split('\n').filter((line) => line.includes('"msg":"line"')).length >= 500, end)
  }
})
