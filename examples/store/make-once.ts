import { GalleyError } from 'galley'

/** Gives the record that `find` finds, or makes it. Where somebody else makes it at the same moment, it is theirs: `find` looks for what is unique. */
export async function makeOnce<T>(find: () => Promise<T | undefined>, make: () => Promise<T>): Promise<T> {
  const found = await find()
  if (found !== undefined) return found
  try {
    return await make()
  } catch (error) {
    const theirs = error instanceof GalleyError && error.code === 'operation_conflict' ? await find() : undefined
    if (theirs === undefined) throw error
    return theirs
  }
}
