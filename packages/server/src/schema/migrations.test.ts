import { migrationPlaces } from '../testing/migration-place.ts'
import { changesContract } from './changes.contract.ts'
import { collectionsContract } from './collections.contract.ts'

for (const place of migrationPlaces) {
  changesContract(place)
  collectionsContract(place)
}
