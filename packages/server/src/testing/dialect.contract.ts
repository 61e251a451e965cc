import { after, before, describe } from 'node:test'
import type { Database } from '../ports/database.ts'
import { aggregatesContract } from './dialect-aggregates.contract.ts'
import { jsonContract } from './dialect-json.contract.ts'
import { predicatesContract } from './dialect-predicates.contract.ts'
import { schemaContract } from './dialect-schema.contract.ts'
import { searchContract } from './dialect-search.contract.ts'

/** Proves every answer of a database's dialect on the database itself. `open` gives an empty database. */
export function dialectContract(name: string, open: () => Promise<Database>): void {
  describe(`the dialect of ${name}`, () => {
    let database: Database
    before(async () => {
      database = await open()
    })
    after(() => database.close())

    for (const contract of [jsonContract, predicatesContract, aggregatesContract, searchContract, schemaContract]) {
      contract(() => database)
    }
  })
}
