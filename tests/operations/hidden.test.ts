import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { GalleyError } from '../../packages/server/src/base/error.ts'
import type { OperationContext } from '../../packages/server/src/operations/operations.ts'
import type { QueryInput } from '../../packages/server/src/query/query-input.ts'
import { databases } from '../databases.ts'
import { type Bench, openBench } from './on-both-databases.ts'
import { fillWorld, type World, worldApp } from './two-worlds.ts'
import { everyClause, type WorldRequest, worldRequest } from './world-requests.ts'

const worlds: readonly World[] = ['canary', 'sparrow']
const moment = '2026-02-01T00:00:00.000Z'

for (const { name: databaseName, url } of databases) {
  describe(databaseName, () => {
    const benches = {} as Record<World, Bench>
    before(async () => {
      for (const world of worlds) {
        benches[world] = await openBench(worldApp, await url())
        await fillWorld(benches[world], world)
      }
    })
    after(() => Promise.all(worlds.map((world) => benches[world].database.close())))

    const actors: Readonly<Record<string, (bench: Bench) => OperationContext>> = {
      anyone: ({ anyone }) => anyone,
      ada: (bench) => bench.as('ada'),
      clerk: (bench) => bench.as('dee', 'clerk'),
      boss: (bench) => bench.as('eve', 'boss'),
    }
    const told = (request: WorldRequest, who: string, world: World) => {
      const bench = benches[world]
      return outcomeOf(() => request.run(bench.operations, { ...actors[who]!(bench), now: moment }))
    }

    test('no clause that names a field tells anything of what is hidden', async () => {
      const clauses = everyClause()
      assert.ok(clauses.length > 1_000, `${clauses.length} clauses`)
      // What a clause becomes does not depend on the database, so PostgreSQL is asked a part of them.
      const share = databaseName === 'sqlite' ? { ada: 1, anyone: 4 } : { ada: 8 }
      for (const [who, every] of Object.entries(share))
        for (const asked of clauses.filter((_, index) => index % every === 0))
          assert.deepEqual(await told(asked, who, 'canary'), await told(asked, who, 'sparrow'), `${who} ${asked.told}`)
    })

    test('whoever may not see what is hidden is told the same in a world where it is different', async () => {
      await fc.assert(
        fc.asyncProperty(worldRequest, fc.constantFrom('anyone', 'ada', 'clerk'), async (asked, who) => {
          const [canary, sparrow] = [await told(asked, who, 'canary'), await told(asked, who, 'sparrow')]
          assert.deepEqual(canary, sparrow, `${who} ${asked.told}`)
        }),
        { numRuns: 1_500 },
      )
    })

    test('the walk would notice: who may see it all is told different things', async () => {
      const differing = new Set<string>()
      for (const asked of fc.sample(worldRequest, 400)) {
        const [canary, sparrow] = [await told(asked, 'boss', 'canary'), await told(asked, 'boss', 'sparrow')]
        if (JSON.stringify(canary) !== JSON.stringify(sparrow)) differing.add(asked.kind)
      }
      for (const kind of ['find', 'aggregate', 'get', 'related', 'update', 'batch'])
        assert.ok(differing.has(kind), kind)
    })

    test('a cursor of somebody to whom other values are hidden is refused', async () => {
      const { operations } = benches.canary
      const page = async (who: string, asked: QueryInput) =>
        JSON.parse((await operations.find(actors[who]!(benches.canary), 'people', asked)).json).page
      const asked = { sort: 'phone', limit: 1 }
      const { next } = await page('boss', asked)
      await page('boss', { ...asked, after: next })
      await assert.rejects(page('ada', { ...asked, after: next }), { code: 'query_cursor_invalid' })
    })
  })
}

/** What somebody is told: an answer, or an error with its problems. Anything else is a failure of the server. */
async function outcomeOf(work: () => unknown): Promise<unknown> {
  try {
    return { answer: await work() }
  } catch (error) {
    if (!(error instanceof GalleyError)) throw error
    return { code: error.code, message: error.message, issues: error.issues }
  }
}
