import { migrationPlaces } from '../testing/migration-place.ts'
import { randomContract } from './random.contract.ts'

const numRuns = { SQLite: 1200, PostgreSQL: 1 }

for (const place of migrationPlaces) randomContract(place, numRuns[place.name])
