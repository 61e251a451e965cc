import { GalleyError } from '../../../plugin.ts'

/** What comes of a change, or undefined when somebody deleted the record at the same time. */
export async function unlessGone<T>(change: Promise<T>): Promise<T | undefined> {
  try {
    return await change
  } catch (error) {
    if (error instanceof GalleyError && error.category === 'not_found') return undefined
    throw error
  }
}
