import { instant, type ParsedValuesOf, sendMail, text } from '../../../plugin.ts'
import { isMailDue } from '../defence/limits.ts'
import type { AuthKit } from '../kit.ts'
import { authMails } from '../mails/mails.ts'

/** A sign-in on a device that the account has not seen. */
export const newDeviceJob = 'auth.new-device'

export const newDeviceInput = {
  account: text(),
  at: instant(),
  address: text(),
  userAgent: text({ max: 10_000, optional: true }),
}

/** A program that signs in anew each time is a new device each time: its owner is not told each time. */
export async function tellNewDevice(device: ParsedValuesOf<typeof newDeviceInput>, kit: AuthKit): Promise<void> {
  const { account: id, at, address, userAgent } = device
  if (!(await isMailDue('new-device', id, kit))) return
  await kit.context.transaction(async ({ db, jobs }) => {
    const account = await db['auth-accounts'].findOne(id)
    if (account === undefined) return
    const input = { at, address, userAgent: userAgent ?? '' }
    await sendMail(jobs, authMails.newDevice, { to: account.email, input })
  })
}
