import { hook } from '../collections.ts'
import { catalogueErrors } from './errors.ts'

export const checkNewTimes = hook('price-lists', 'afterCreate', ({ record }) => requireOrder(record))
export const checkTimes = hook('price-lists', 'afterUpdate', ({ record }) => requireOrder(record))

interface Times {
  readonly validFrom: string | null
  readonly validUntil: string | null
}

function requireOrder({ validFrom, validUntil }: Times): void {
  if (validFrom !== null && validUntil !== null && validFrom >= validUntil) throw catalogueErrors.price_list_ends()
}
