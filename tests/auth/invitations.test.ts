import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { databases } from '../databases.ts'
import { mailsTo, tokenIn } from './mails.ts'
import { type Office, type Person, startOffice } from './offices.ts'
import { codeOf, goodPassword } from './people.ts'

const dayMs = 86_400_000

for (const { name, url } of databases) {
  describe(`invitations on ${name}`, () => {
    let office: Office
    let nowMs = Date.parse('2026-03-01T09:00:00.000Z')
    before(async () => {
      office = await startOffice({ database: await url(), clock: { nowMs: () => nowMs } })
    })
    after(() => office.app.close())

    const invite = (by: Pick<Person, 'token'>, email: string, more: object = {}) =>
      office.post(by, '/api/auth/invitations', { email, ...more })
    const accept = (token: string, more: object = {}) =>
      office.people.send('/api/auth/invitations/accept', {
        token,
        password: goodPassword,
        profile: { name: 'New' },
        ...more,
      })
    const linkTo = (email: string) => tokenIn(office.app, email, 'invitation')
    const storedRoles = async (email: string) =>
      (await office.app.system['auth-accounts']!.first({ where: { email } }))?.roles

    test('an administrator invites a colleague, who has the role and a verified address', async () => {
      const admin = await office.person('admin-i', ['admin'])
      const answer = await invite(admin, 'new@example.com', { roles: ['staff'] })
      assert.equal(answer.status, 201, await answer.clone().text())
      const token = await linkTo('new@example.com')
      assert.equal(await codeOf(await accept(token, { password: null })), 'auth_invitation_needs_password')
      assert.equal(await codeOf(await accept(token, { password: 'password1234' })), 'password_refused')
      assert.equal(await codeOf(await accept(token, { profile: { name: 'X', tier: 'gold' } })), 'auth_profile_invalid')
      const done = await accept(token)
      assert.equal(done.status, 204, await done.clone().text())
      assert.equal((await office.people.signIn('new@example.com')).status, 200)
      assert.deepEqual(await storedRoles('new@example.com'), ['staff'])
      assert.equal(await codeOf(await accept(token)), 'auth_secret_invalid')
    })

    test('of many acceptances at once one makes the account', async () => {
      const admin = await office.person('admin-m', ['admin'])
      await invite(admin, 'once@example.com')
      const token = await linkTo('once@example.com')
      const answers = await Promise.all([1, 2, 3, 4].map(() => accept(token)))
      assert.equal(answers.filter(({ status }) => status === 204).length, 1, answers.map(({ status }) => status).join())
      assert.equal(await office.app.system.customers!.count({ email: 'once@example.com' }), 1)
    })

    test('an owner invites to the organization, with what members can be and no more', async () => {
      const [ada, bob] = [await office.person('ada-i'), await office.person('bob-i')]
      const tenant = await office.organization(ada, 'Inviting')
      const to = { tenant, roles: ['member'] }
      assert.equal(
        await codeOf(await invite(ada, 'x@example.com', { tenant, roles: ['admin'] })),
        'auth_tenant_role_unknown',
      )
      assert.equal(await codeOf(await invite(ada, 'x@example.com', { roles: ['member'] })), 'auth_invitation_not_yours')
      assert.equal((await invite(ada, bob.email, to)).status, 201)
      const token = await linkTo(bob.email)
      assert.equal(await codeOf(await accept(token)), 'auth_invitation_needs_sign_in')
      const wrong = await office.post(ada, '/api/auth/invitations/accept', { token })
      assert.equal(await codeOf(wrong), 'auth_invitation_for_another')
      assert.equal((await office.post(bob, '/api/auth/invitations/accept', { token })).status, 204)
      assert.equal((await office.post(bob, '/api/auth/tenant', { tenant })).status, 204)
      assert.deepEqual((await office.people.who(bob.token)).roles, ['member'])
      assert.equal(await codeOf(await invite(bob, 'x@example.com', to)), 'auth_invitation_not_yours')
      const eve = await office.person('eve-i')
      await office.organization(eve, 'Else')
      assert.equal(await codeOf(await invite(eve, 'x@example.com', to)), 'auth_invitation_not_yours')
      assert.deepEqual(await mailsTo(office.app, 'x@example.com'), [])
    })

    test('nobody invites to more than they hold', async () => {
      const admin = await office.person('admin-h', ['admin'])
      for (const roles of [['root'], ['staff', 'root'], ['owner']])
        assert.equal(await codeOf(await invite(admin, 'y@example.com', { roles })), 'auth_not_yours_to_give')
      const unknown = await invite(admin, 'y@example.com', { roles: ['nothing'] })
      assert.equal(await codeOf(unknown), 'auth_unknown_role')
      const support = await office.person('support-h', ['support'])
      assert.equal(await codeOf(await invite(support, 'y@example.com')), 'auth_invitation_not_yours')
      assert.equal((await office.people.send('/api/auth/invitations', { email: 'y@example.com' })).status, 401)
      assert.deepEqual(await mailsTo(office.app, 'y@example.com'), [])
    })

    test('an invitation is worth nothing when whoever sent it may not send it any more', async () => {
      const admin = await office.person('admin-f', ['admin'])
      await invite(admin, 'fallen@example.com', { roles: ['staff'] })
      await office.app.system['auth-accounts']!.update(admin.id, { roles: ['staff'] })
      assert.equal(await codeOf(await accept(await linkTo('fallen@example.com'))), 'auth_secret_invalid')
      assert.equal(await storedRoles('fallen@example.com'), undefined)
      const [ada, bob] = [await office.person('ada-f'), await office.person('bob-f')]
      const tenant = await office.organization(ada, 'Left')
      await office.app.system['auth-memberships']!.create({ account: bob.id, tenant, roles: ['owner'] })
      await office.post(bob, '/api/auth/tenant', { tenant })
      await invite(bob, 'late@example.com', { tenant, roles: ['owner'] })
      const own = await office.app.system['auth-memberships']!.first({ where: { account: bob.id } })
      await office.people.sendAs(ada.token, `/api/auth-memberships/${own!.id}`, {}, 'DELETE')
      assert.equal(await codeOf(await accept(await linkTo('late@example.com'))), 'auth_secret_invalid')
    })

    test('invitations are listed and taken back by those who may send them, and end after seven days', async () => {
      const [ada, eve] = [await office.person('ada-l'), await office.person('eve-l')]
      const tenant = await office.organization(ada, 'Listing')
      await office.organization(eve, 'Others')
      const answer = await invite(ada, 'listed@example.com', { tenant })
      const { id } = (await answer.json()) as { id: string }
      assert.deepEqual(
        (await office.list(ada, '/api/auth/invitations')).map(({ email }) => email),
        ['listed@example.com'],
      )
      assert.deepEqual(await office.list(eve, '/api/auth/invitations'), [])
      const path = `/api/auth/invitations/${id}`
      assert.equal(await codeOf(await office.people.sendAs(eve.token, path, {}, 'DELETE')), 'auth_invitation_unknown')
      assert.equal((await office.people.sendAs(ada.token, path, {}, 'DELETE')).status, 204)
      assert.equal(await codeOf(await accept(await linkTo('listed@example.com'))), 'auth_secret_invalid')
      await invite(ada, 'slow@example.com', { tenant })
      nowMs += 7 * dayMs
      assert.equal(await codeOf(await accept(await linkTo('slow@example.com'))), 'auth_secret_invalid')
      assert.equal((await office.people.get('/api/auth-invitations', ada.token)).status, 403)
    })

    test('whoever invites learns nothing of which accounts there are', async () => {
      const admin = await office.person('admin-q', ['admin'])
      await office.person('known-q')
      const shape = async (email: string) => {
        const answer = await invite(admin, email)
        const { id: _, email: __, createdAt: ___, expiresAt: ____, ...rest } = (await answer.json()) as any // any: JSON
        return [answer.status, rest]
      }
      assert.deepEqual(await shape('known-q@example.com'), await shape('unknown-q@example.com'))
    })
  })
}
