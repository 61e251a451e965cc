import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { silentLog } from '../base/silent-log.ts'
import { defineApp, type Settings } from '../model/app.ts'
import { defineFeature, type FeatureContext } from '../model/feature.ts'
import { openApp } from './open-app.ts'

test('a feature asks other servers only where the settings of the application let it', async (t) => {
  const server = createServer((_request, response) => response.end('inside'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/`

  const allowed = await fetchOf({ outgoing: { allow: [`127.0.0.1:${port}`] } })
  assert.equal((await allowed(url)).text(), 'inside')
  for (const settings of [{}, { outgoing: { allow: ['127.0.0.1:1'] } }])
    await assert.rejects((await fetchOf(settings))(url), { code: 'outgoing_address_refused' })
})

async function fetchOf(settings: Settings): Promise<FeatureContext['fetch']> {
  let fetch: FeatureContext['fetch'] | undefined
  const curious = defineFeature({
    name: 'curious',
    start(context) {
      fetch = context.fetch
      return {}
    },
  })
  const app = defineApp({ name: 'outgoing', collections: [], features: [curious], settings })
  const open = await openApp(app, { databaseUrl: 'sqlite::memory:', log: silentLog, migrate: 'safe' })
  await open.close()
  return fetch!
}
