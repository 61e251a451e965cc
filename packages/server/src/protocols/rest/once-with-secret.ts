import type { Operations, StoredAnswer } from '../../operations/operations.ts'
import { restErrors } from './errors.ts'

/** What is kept instead of an answer that holds a secret: whoever reads the database shall not find it. */
const withheld: StoredAnswer = Object.freeze({ status: 409, headers: {}, body: '' })

/** Like `once`, but the answer is given once and kept nowhere. @throws rest_answer_withheld  to whoever asks again. */
export function onceWithSecret(operations: Pick<Operations, 'once'>): Operations['once'] {
  return async (context, receipt, work) => {
    let fresh: StoredAnswer | undefined
    const { isReplay } = await operations.once(context, receipt, async (joined) => {
      fresh = await work(joined)
      return withheld
    })
    if (isReplay) throw restErrors.answer_withheld()
    return { ...fresh!, isReplay }
  }
}
