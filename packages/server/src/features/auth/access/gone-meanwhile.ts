import { GalleyError } from '../../../plugin.ts'

/** What comes of a change that the system makes, or undefined when somebody deleted the record at the same time. */
export async function unlessGone<T>(change: Promise<T>): Promise<T | undefined> {
  try {
    return await change
  } catch (error) {
    // The system may do anything: it is forbidden only what vanishes while the reason is looked for.
    if (error instanceof GalleyError && (error.category === 'not_found' || error.category === 'forbidden'))
      return undefined
    throw error
  }
}
