import assert from 'node:assert/strict'
import { test } from 'node:test'
import { payments } from 'galley/payments'
import { simulated } from 'galley/payments/simulated'
import { compileApp } from '../../packages/server/src/app/open-app.ts'
import { defineApp } from '../../packages/server/src/index.ts'

const compiled = (options: object) => () =>
  compileApp(
    defineApp({
      name: 'Shop',
      collections: [],
      roles: { staff: {} },
      features: [payments({ provider: simulated(), ...options })],
    }),
  )

test('options that cannot be meant are told all at once, each with its path', () => {
  const options = { staff: 'staf', returnpath: '/', on: { capture() {} }, returnPath: 'https://elsewhere.example' }
  assert.throws(compiled(options), ({ issues }: { issues: { pointer: string; message: string }[] }) => {
    assert.deepEqual(issues.map(({ pointer }) => pointer).toSorted(), [
      'payments.on.capture',
      'payments.returnPath',
      'payments.returnpath',
      'payments.staff',
    ])
    assert.match(issues.find(({ pointer }) => pointer === 'payments.staff')!.message, /Did you mean staff\?/)
    return true
  })
  for (const returnPath of ['', 'orders', '//elsewhere.example', '/\\elsewhere.example', '@elsewhere.example'])
    assert.throws(compiled({ returnPath }), { code: 'model_invalid' }, returnPath)
  assert.doesNotThrow(compiled({ staff: 'staff', returnPath: '/orders?tab=open' }))
})
