import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEnvironment } from './environment.ts'

test('everything has a default that is safe on a development machine', () => {
  assert.deepEqual(readEnvironment('Corner Shop', './data', {}), {
    databaseUrl: 'sqlite:./data/corner-shop.db',
    dataDir: './data',
    host: '127.0.0.1',
    port: 3000,
    baseUrl: undefined,
    logLevel: 'info',
  })
})

test('the default database lies in DATA_DIR', () => {
  assert.equal(
    readEnvironment('store', './data', { DATA_DIR: '/var/lib/store' }).databaseUrl,
    'sqlite:/var/lib/store/store.db',
  )
})

test('what is set counts, and what is empty does not', () => {
  const environment = readEnvironment('store', './data', {
    DATABASE_URL: 'postgres://localhost/store',
    HOST: '',
    PORT: '0',
    BASE_URL: 'https://shop.example/',
    LOG_LEVEL: 'warn',
  })
  assert.equal(environment.databaseUrl, 'postgres://localhost/store')
  assert.equal(environment.host, '127.0.0.1')
  assert.equal(environment.port, 0)
  assert.equal(environment.baseUrl, 'https://shop.example')
  assert.equal(environment.logLevel, 'warn')
})

test('a variable that makes no sense is told with what it must be', () => {
  const bad: [string, string, RegExp][] = [
    ['PORT', '80a', /^The environment variable PORT is 80a\. It must be a number from 0 to 65535\.$/],
    ['PORT', '65536', /must be a number/],
    ['PORT', '-1', /must be a number/],
    ['BASE_URL', 'shop.example', /must be an address/],
    ['BASE_URL', 'ftp://shop.example', /must be an address/],
    ['BASE_URL', 'https://shop.example/?a=1', /must be an address/],
    ['LOG_LEVEL', 'loud', /must be one of debug, info, warn, error/],
  ]
  for (const [name, value, message] of bad)
    assert.throws(() => readEnvironment('store', './data', { [name]: value }), { message }, value)
})
