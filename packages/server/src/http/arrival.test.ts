import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import { setImmediate as nextRound, setTimeout as sleep } from 'node:timers/promises'
import { silentLog } from '../base/silent-log.ts'
import { defaultLimits } from '../model/app.ts'
import { arrivalRound } from './arrival.ts'
import { HttpServer } from './http-server.ts'

const rounds: (number | undefined)[] = []
const server = new HttpServer({ limits: defaultLimits, log: silentLog, isReady: async () => true, lingerMs: 10 })
server.mount({
  routes: [
    {
      method: 'GET',
      path: '/',
      handle: async (request) => {
        rounds.push(request.arrivalRound)
        await sleep(20)
        return { status: 200, headers: {}, body: '{}' }
      },
    },
  ],
  authenticate: () => ({ id: null }),
})
after(() => server.stop())

test('a round ends before the network is listened to again', async () => {
  const round = arrivalRound()
  assert.equal(arrivalRound(), round)
  await nextRound()
  assert.notEqual(arrivalRound(), round)
})

test('of a request that waits behind another on its connection nobody knows when it came', async () => {
  const { port } = await server.listen('127.0.0.1', 0)
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
  socket.write(request + request)
  for (let told = ''; told.split('HTTP/1.1 200').length < 3; ) told += (await once(socket, 'data'))[0]
  socket.write(request)
  await once(socket, 'data')
  socket.destroy()
  const [first, behind, alone] = rounds
  assert.equal(typeof first, 'number')
  assert.equal(behind, undefined)
  assert.equal(typeof alone, 'number')
  assert.notEqual(alone, first)
})
