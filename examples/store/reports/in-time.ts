import { date } from 'galley'
import { storeErrors } from '../errors.ts'

/** As many days as a report tells at once, each with all currencies. */
const maxDays = 100

export const days = { from: date(), until: date({ description: `The last day, at most ${maxDays} later.` }) }

/** From the first moment of a day to the last of another, in UTC. */
export function inTime({ from, until }: { readonly from: string; readonly until: string }) {
  const dayCount = (Date.parse(until) - Date.parse(from)) / 86_400_000
  if (dayCount > maxDays) throw storeErrors.too_many_days({ details: { max: maxDays } })
  return { gte: `${from}T00:00:00.000Z`, lte: `${until}T23:59:59.999Z` }
}
