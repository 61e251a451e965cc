import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createTestApp } from 'galley/testing'
import { databases } from '../databases.ts'
import { type Office, officeApp, type Person, startOffice } from './offices.ts'
import { codeOf } from './people.ts'

for (const { name, url } of databases) {
  describe(`accounts in tenants on ${name}`, () => {
    let office: Office
    before(async () => {
      office = await startOffice({ database: await url() })
    })
    after(() => office.app.close())

    const join = (person: Person, tenant: string, roles: string[] = ['member']) =>
      office.app.system['auth-memberships']!.create({ account: person.id, tenant, roles })
    const act = (person: Person, tenant: string | null) => office.post(person, '/api/auth/tenant', { tenant })

    test('whoever makes an organization owns it, and acts in it once they say so', async () => {
      const ada = await office.person('ada-t')
      assert.equal(await codeOf(await office.post(ada, '/api/projects', { name: 'No' })), 'operation_tenant_required')
      const tenant = await office.organization(ada, 'Ada & Co')
      const who = await office.people.who(ada.token)
      assert.deepEqual([who.tenant, [...who.roles].sort()], [tenant, ['member', 'owner']])
      assert.deepEqual(await office.list(ada, '/api/auth/tenants'), [{ tenant, roles: ['owner'], isCurrent: true }])
      assert.equal((await office.post(ada, '/api/projects', { name: 'Yes' })).status, 201)
      assert.equal((await act(ada, null)).status, 204)
      const none = await office.people.who(ada.token)
      assert.deepEqual([none.tenant, none.roles], [null, []])
    })

    test('records of another tenant are on no road', async () => {
      const [ada, eve] = [await office.person('ada-r'), await office.person('eve-r')]
      const [own, other] = [await office.organization(ada, 'Own'), await office.organization(eve, 'Other')]
      const made = await office.post(ada, '/api/projects', { name: 'Secret', code: 'one' })
      const { id } = (await made.json()) as { id: string }
      const path = `/api/projects/${id}`
      assert.equal((await office.people.get(path, eve.token)).status, 404)
      assert.deepEqual(await office.list(eve, '/api/projects'), [])
      assert.deepEqual(await office.list(eve, `/api/projects?filter[organization]=${own}`), [])
      assert.equal((await office.patch(eve, path, { name: 'Mine' })).status, 404)
      assert.equal((await office.people.sendAs(eve.token, path, {}, 'DELETE')).status, 404)
      assert.equal((await office.people.get(`/api/organizations/${own}`, eve.token)).status, 404)
      const total = await (await office.people.get('/api/projects/aggregate?count=true', eve.token)).text()
      assert.doesNotMatch(total, /[1-9]/)
      const operations = [{ operation: 'update', collection: 'projects', id, data: { name: 'Mine' } }]
      assert.equal((await office.post(eve, '/api/batch', { operations })).status, 404)
      const planted = await office.post(eve, '/api/projects', { name: 'Planted', organization: own })
      assert.ok(planted.status >= 400, `${planted.status}`)
      const same = await office.post(eve, '/api/projects', { name: 'Own code', code: 'one' })
      assert.equal(same.status, 201, await same.clone().text())
      assert.equal(((await same.json()) as { organization: string }).organization, other)
    })

    test('nobody acts where they are no member', async () => {
      const [ada, eve] = [await office.person('ada-n'), await office.person('eve-n')]
      const tenant = await office.organization(ada, 'Closed')
      for (const wanted of [tenant, '01900000-0000-7000-8000-000000000000', 'x'])
        assert.equal(await codeOf(await act(eve, wanted)), 'auth_tenant_unknown', wanted)
      assert.equal((await office.people.who(eve.token)).tenant, null)
      const made = await office.post(eve, '/api/auth-memberships', { tenant, account: eve.id, roles: ['owner'] })
      assert.equal(made.status, 403)
      await office.app.system['auth-sessions']!.update((await office.people.who(eve.token)).session.id, { tenant })
      assert.equal((await office.people.who(eve.token)).tenant, null)
    })

    test('the only organization is acted in from the sign-in on, and none of several', async () => {
      const [ada, bob] = [await office.person('ada-o'), await office.person('bob-o')]
      const [one, two] = [await office.organization(ada, 'One'), await office.organization(ada, 'Two')]
      await join(bob, one)
      assert.equal((await office.people.who(await office.signIn(bob))).tenant, one)
      await join(bob, two)
      assert.equal((await office.people.who(await office.signIn(bob))).tenant, null)
    })

    test('a membership that was removed is worth nothing from the next request on', async () => {
      const [ada, bob] = [await office.person('ada-m'), await office.person('bob-m')]
      const tenant = await office.organization(ada, 'Mine')
      const { id } = await join(bob, tenant)
      assert.equal((await act(bob, tenant)).status, 204)
      assert.equal((await office.post(bob, '/api/projects', { name: 'Bob' })).status, 201)
      assert.equal((await office.people.sendAs(ada.token, `/api/auth-memberships/${id}`, {}, 'DELETE')).status, 204)
      assert.equal(await codeOf(await office.post(bob, '/api/projects', { name: 'No' })), 'operation_tenant_required')
      assert.equal((await office.people.who(bob.token)).tenant, null)
      assert.equal(await codeOf(await act(bob, tenant)), 'auth_tenant_unknown')
      await join(bob, tenant)
      assert.equal((await office.people.who(bob.token)).tenant, null)
      assert.equal((await act(bob, tenant)).status, 204)
      assert.equal((await office.people.who(bob.token)).tenant, tenant)
    })

    test('owners say what members are, members do not, and nobody beyond the roles of tenants', async () => {
      const [ada, bob, eve] = [await office.person('ada-w'), await office.person('bob-w'), await office.person('eve-w')]
      const tenant = await office.organization(ada, 'Roles')
      const elsewhere = await office.organization(eve, 'Elsewhere')
      const { id } = await join(bob, tenant)
      const path = `/api/auth-memberships/${id}`
      await act(bob, tenant)
      assert.equal((await office.patch(bob, path, { roles: ['owner'] })).status, 403)
      assert.equal((await office.patch(eve, path, { roles: ['owner'] })).status, 404)
      assert.equal(await codeOf(await office.patch(ada, path, { roles: ['admin'] })), 'auth_tenant_role_unknown')
      assert.equal((await office.patch(ada, path, { tenant: elsewhere })).status, 400)
      assert.equal((await office.patch(ada, path, { account: eve.id })).status, 400)
      assert.equal((await office.patch(ada, path, { roles: ['owner'] })).status, 200)
      assert.ok((await office.people.who(bob.token)).roles.includes('owner'))
      assert.equal((await office.patch(ada, path, { roles: ['member'] })).status, 200)
      assert.equal((await office.people.who(bob.token)).roles.includes('owner'), false)
      assert.deepEqual(
        (await office.list(bob, '/api/auth-memberships')).map(({ account }) => account),
        [bob.id],
      )
      assert.equal((await office.list(ada, '/api/auth-memberships')).length, 2)
    })

    test('somebody always owns it, also when both owners leave at once', async () => {
      for (let round = 0; round < 3; round += 1) {
        const [ada, bob] = [await office.person(`ada-l${round}`), await office.person(`bob-l${round}`)]
        const tenant = await office.organization(ada, 'Left')
        const [own] = await office.list(ada, '/api/auth-memberships')
        const leave = (person: Person, id: string) =>
          office.people.sendAs(person.token, `/api/auth-memberships/${id}`, {}, 'DELETE')
        assert.equal(await codeOf(await leave(ada, own.id)), 'auth_last_owner')
        assert.equal(
          await codeOf(await office.patch(ada, `/api/auth-memberships/${own.id}`, { roles: ['member'] })),
          'auth_last_owner',
        )
        const other = await join(bob, tenant, ['owner'])
        const answers = await Promise.all([leave(ada, own.id), leave(bob, other.id as string)])
        const codes = await Promise.all(answers.map(async (answer) => (answer.status === 204 ? '' : codeOf(answer))))
        assert.deepEqual(codes.sort(), ['', 'auth_last_owner'])
      }
    })

    test('owning a tenant is nothing outside of it', async () => {
      const admin = await office.person('admin-owner', ['admin'])
      const other = await office.person('below-owner')
      await office.organization(admin, 'Of the administrator')
      const path = `/api/auth-accounts/${other.id}`
      assert.equal(await codeOf(await office.patch(admin, path, { roles: ['owner'] })), 'auth_not_yours_to_give')
      const owner = await office.person('just-owner')
      await office.organization(owner, 'Small')
      assert.equal((await office.patch(owner, path, { roles: ['staff'] })).status, 404)
      assert.deepEqual(
        (await office.list(owner, '/api/auth-accounts')).map(({ id }) => id),
        [owner.id],
      )
    })

    test('with the tenant or the account its memberships go', async () => {
      const [ada, bob] = [await office.person('ada-d'), await office.person('bob-d')]
      const tenant = await office.organization(ada, 'Gone')
      await join(bob, tenant)
      await act(bob, tenant)
      await office.app.system.customers!.delete(ada.id)
      assert.equal(await office.app.system['auth-memberships']!.count({ tenant }), 1)
      await office.app.system.organizations!.delete(tenant)
      assert.equal((await office.people.who(bob.token)).tenant, null)
      assert.equal(await office.app.system['auth-memberships']!.count({ tenant }), 0)
    })
  })
}

test('roles of tenants that would make administrators are refused at the start', async () => {
  for (const roles of [['admin'], ['member', 'root'], ['nothing']] as const)
    await assert.rejects(
      createTestApp(officeApp({ tenants: { collection: 'organizations', roles: roles as never } })),
      /auth\.tenants\.roles\[\d\]: (admin|root) brings|There is no role nothing/,
    )
})
