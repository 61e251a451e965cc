import { choice } from '../../../plugin.ts'
import type { AuthKit } from '../kit.ts'

/** Says which accounts are meant, where an application has several kinds; the first are the usual ones. */
export function accountsInput({ settings }: AuthKit) {
  const names = settings.accounts.map(({ name }) => name)
  return {
    accounts: choice(names, { default: names[0]!, description: 'Which accounts, where there are several kinds.' }),
  }
}
