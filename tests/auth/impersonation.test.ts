import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { databases } from '../databases.ts'
import { type Office, type Person, startOffice } from './offices.ts'
import { bearer, codeOf, goodPassword, tokenOf } from './people.ts'

const minuteMs = 60_000

for (const { name, url } of databases) {
  describe(`acting as somebody else on ${name}`, () => {
    let office: Office
    let nowMs = Date.parse('2026-03-01T09:00:00.000Z')
    before(async () => {
      office = await startOffice({ database: await url(), clock: { nowMs: () => nowMs } })
    })
    after(() => office.app.close())

    const begin = (by: Pick<Person, 'token'>, account: string) => office.post(by, '/api/auth/impersonate', { account })

    test('an administrator sees what a customer sees, and everybody sees that they do', async () => {
      const [support, ada] = [await office.person('support-s', ['support']), await office.person('ada-s')]
      const answer = await begin(support, ada.id)
      assert.equal(answer.status, 200, await answer.clone().text())
      const token = await tokenOf(answer)
      const who = await office.people.who(token)
      assert.deepEqual([who.account.id, who.impersonator, who.roles], [ada.id, support.id, []])
      assert.equal((await office.people.get('/api/posts', token)).status, 403)
      const stopped = await office.post({ token }, '/api/auth/impersonate/stop')
      assert.equal(stopped.status, 200)
      assert.equal(await office.people.isSignedIn(token), false)
      assert.equal(await office.people.isSignedIn(support.token), true)
      const { data } = await office.app.system['auth-events']!.find({
        where: { account: ada.id, by: support.id },
        sort: 'id',
      })
      assert.deepEqual(
        data.map(({ event }) => event),
        ['impersonation', 'impersonation-ended'],
      )
      assert.equal(await codeOf(await office.post(support, '/api/auth/impersonate/stop')), 'auth_not_impersonating')
    })

    test('nobody acts as an administrator, as somebody with more rights, or as whoever is not there', async () => {
      const support = await office.person('support-n', ['support'])
      const targets = [
        support.id,
        (await office.person('support-o', ['support'])).id,
        (await office.person('admin-o', ['admin'])).id,
        (await office.person('owner-o', ['owner'])).id,
        '01900000-0000-7000-8000-000000000000',
        'nobody',
      ]
      const holder = await office.person('holder-o')
      const granted = await office.app.system['auth-roles']!.create({ name: 'burns', permissions: ['posts.burn'] })
      await office.app.system['auth-accounts']!.update(holder.id, { grants: [granted.id] })
      const off = await office.person('off-o')
      await office.app.system['auth-accounts']!.update(off.id, { disabledAt: new Date(nowMs).toISOString() })
      for (const account of [...targets, holder.id, off.id])
        assert.equal(await codeOf(await begin(support, account)), 'auth_impersonation_refused')
      const plain = await office.person('plain-o', ['staff'])
      assert.equal(await codeOf(await begin(plain, off.id)), 'auth_impersonation_refused')
      assert.equal((await office.people.send('/api/auth/impersonate', { account: plain.id })).status, 401)
    })

    test('it takes a sign-in of a moment ago, ends after an hour, and is not prolonged', async () => {
      const [support, ada] = [await office.person('support-h', ['support']), await office.person('ada-h')]
      nowMs += 11 * minuteMs
      assert.equal(await codeOf(await begin(support, ada.id)), 'auth_reauthentication_required')
      const fresh = { token: await office.signIn(support) }
      const token = await tokenOf(await begin(fresh, ada.id))
      nowMs += 59 * minuteMs
      assert.equal(await office.people.isSignedIn(token), true)
      const again = await office.post({ token }, '/api/auth/reauthenticate', { password: goodPassword })
      assert.equal(await codeOf(again), 'auth_impersonated')
      nowMs += 2 * minuteMs
      assert.equal(await office.people.isSignedIn(token), false)
    })

    test('what belongs to the owner of the account is closed', async () => {
      const [support, ada, bob] = [
        await office.person('support-c', ['support']),
        await office.person('ada-c'),
        await office.person('bob-c'),
      ]
      const { session } = await office.people.who(ada.token)
      const token = await tokenOf(await begin(support, ada.id))
      const doors: [string, string, object][] = [
        ['POST', '/api/auth/password', { current: goodPassword, password: 'quiet lanterns over seven bridges' }],
        ['POST', '/api/auth/email', { email: 'mine@example.com' }],
        ['DELETE', '/api/auth/account', {}],
        ['POST', '/api/auth/reauthenticate', { password: goodPassword }],
        ['GET', '/api/auth/sessions', {}],
        ['DELETE', `/api/auth/sessions/${session.id}`, {}],
        ['POST', '/api/auth/sign-out-everywhere', {}],
        ['POST', '/api/auth/totp', {}],
        ['POST', '/api/auth/recovery-codes', {}],
        ['GET', '/api/auth/devices', {}],
        ['POST', '/api/auth/invitations', { email: 'x@example.com' }],
        ['POST', '/api/auth/impersonate', { account: bob.id }],
      ]
      for (const [method, path, body] of doors) {
        const init = { method, headers: { 'content-type': 'application/json', ...bearer(token) } }
        const answer = await office.app.fetch(path, method === 'GET' ? init : { ...init, body: JSON.stringify(body) })
        const text = await answer.text()
        assert.equal(answer.status, 403, `${method} ${path} ${answer.status} ${text}`)
        if (answer.status === 403) assert.match(text, /auth_impersonated|auth_token_from_session/, path)
      }
      assert.equal(await office.people.isSignedIn(ada.token), true)
    })

    test('whatever of sign-in is read is refused to an administrator who acts as an account, but the few that show', async () => {
      const [support, ada] = [await office.person('support-a', ['support']), await office.person('ada-a')]
      const token = await tokenOf(await begin(support, ada.id))
      const document = (await (await office.people.get('/api/openapi.json')).json()) as {
        paths: Record<string, object>
      }
      const open = new Set(['GET /api/auth/session', 'GET /api/auth/tenants'])
      let refused = 0
      for (const [path, methods] of Object.entries(document.paths))
        for (const method of Object.keys(methods).map((each) => each.toUpperCase())) {
          if (!path.startsWith('/api/auth/') || method !== 'GET' || open.has(`${method} ${path}`)) continue
          const answer = await office.people.get(path.replace(/\{\w+\}/g, ada.id), token)
          assert.equal(answer.status, 403, `${method} ${path}`)
          refused += 1
        }
      assert.ok(refused >= 3, `${refused} routes`)
    })

    test('it ends when the administrator loses the right, is disabled or gets a new password', async () => {
      const ada = await office.person('ada-e')
      for (const [index, change] of [
        { roles: ['staff'] },
        { disabledAt: new Date(nowMs).toISOString() },
        { generation: 2 },
      ].entries()) {
        const support = await office.person(`support-e${index}`, ['support'])
        const token = await tokenOf(await begin(support, ada.id))
        assert.equal(await office.people.isSignedIn(token), true)
        await office.app.system['auth-accounts']!.update(support.id, change)
        assert.equal(await office.people.isSignedIn(token), false, JSON.stringify(change))
      }
      const support = await office.person('support-e9', ['support'])
      const token = await tokenOf(await begin(support, ada.id))
      await office.app.system['auth-accounts']!.update(ada.id, { roles: ['admin'] })
      assert.equal(await office.people.isSignedIn(token), false)
    })

    test('in a browser the own session waits, and comes back', async () => {
      const [support, ada] = [await office.person('support-b', ['support']), await office.person('ada-b')]
      const site = { 'sec-fetch-site': 'same-origin' }
      const jar = new Map<string, string>()
      const send = async (path: string, body: object = {}) => {
        const cookie = [...jar].map((pair) => pair.join('=')).join('; ')
        const answer = await office.people.send(path, body, { ...site, cookie })
        for (const line of answer.headers.getSetCookie()) {
          const [, key, value] = /^([^=]+)=([^;]*)/.exec(line)!
          if (value === '') jar.delete(key!)
          else jar.set(key!, value!)
          assert.match(line, /HttpOnly/)
        }
        return answer
      }
      const who = async () => {
        const cookie = [...jar].map((pair) => pair.join('=')).join('; ')
        return (await (await office.app.fetch('/api/auth/session', { headers: { cookie } })).json()) as any // any: JSON
      }
      await send('/api/auth/sign-in', { email: support.email, password: goodPassword })
      assert.equal((await send('/api/auth/impersonate', { account: ada.id })).status, 200)
      assert.deepEqual([(await who()).account.id, (await who()).impersonator], [ada.id, support.id])
      const back = await send('/api/auth/impersonate/stop')
      assert.deepEqual(await back.json(), { status: 'back' })
      assert.deepEqual([(await who()).account.id, (await who()).impersonator], [support.id, null])
      await send('/api/auth/impersonate', { account: ada.id })
      await send('/api/auth/sign-out')
      assert.deepEqual(
        [...jar.keys()].filter((key) => key.includes('session')),
        [],
      )
    })
  })
}
