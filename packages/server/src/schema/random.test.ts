import { migrationPlaces } from '../testing/migration-place.ts'
import { randomContract } from './random.contract.ts'

const numRuns = { SQLite: 60, PostgreSQL: 12 }

for (const place of migrationPlaces) randomContract(place, numRuns[place.name])
