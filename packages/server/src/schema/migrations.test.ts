import { migrationPlaces } from '../testing/migration-place.ts'
import { changesContract } from './changes.contract.ts'
import { collectionsContract } from './collections.contract.ts'
import { filesContract } from './files.contract.ts'
import { parallelContract } from './parallel.contract.ts'
import { startContract } from './start.contract.ts'

for (const place of migrationPlaces) {
  changesContract(place)
  collectionsContract(place)
  filesContract(place)
  startContract(place)
  parallelContract(place)
}
