import { hook } from '../collections.ts'

/** What was published and is rewritten by its author waits for staff again: nobody publishes one text and shows another. */
export const readAgain = hook('reviews', 'beforeUpdate', ({ values, previous }) => {
  const isRewritten = (['signature', 'rating', 'title', 'text'] as const).some(
    (name) => values[name] !== undefined && values[name] !== previous[name],
  )
  if (isRewritten && previous.status !== 'hidden') return { status: 'pending' }
})
