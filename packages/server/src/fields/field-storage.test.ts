import { databases } from '../../../../tests/databases.ts'
import { databaseFromUrl } from '../app/database-from-url.ts'
import { fieldSamples } from '../testing/field-samples.ts'
import { fieldStorageContract } from '../testing/field-storage.contract.ts'

for (const { name, url } of databases)
  fieldStorageContract(name, async () => databaseFromUrl(await url()), fieldSamples)
