import { collection, instant, type RecordOf, type RouteRequest, reference, text } from '../../../plugin.ts'
import type { AuthKit } from '../kit.ts'
import { hashToken, newToken } from '../secrets/token.ts'
import type { Cookies } from '../sessions/cookie.ts'
import type { Visitor } from '../sessions/visitor.ts'
import { type AuthDb, apiOf } from '../tables.ts'

/** Devices that an account has been signed in on. They are told from others by a token that stays when the session ends. */
export const authDevices = collection('auth-devices', {
  description: 'Devices that an account was signed in on.',
  fields: {
    account: reference('auth-accounts', { onDelete: 'cascade', immutable: true }),
    /** Of the token and the account: one browser is another device for each account. */
    hash: text({ max: 64, unique: true, private: true }),
    userAgent: text({ max: 300, optional: true }),
    lastUsedAt: instant(),
    /** Until when no second factor is asked for here. */
    trustedUntil: instant({ optional: true }),
  },
  indexes: [['account', 'lastUsedAt']],
})

export type AuthDevice = RecordOf<typeof authDevices>

/** A device that nobody used for so long is forgotten. */
export const deviceLifetimeMs = 400 * 86_400_000

export function devicesOf(db: AuthDb) {
  return apiOf<typeof authDevices>('auth-devices', db)
}

/** The token that a device shows for an account: in a cookie, or in the input where tokens are wanted instead of cookies. */
export function deviceTokenOf(
  { headers, input }: Pick<RouteRequest<{ readonly device?: string | null }>, 'headers' | 'input'>,
  account: string,
  { cookies }: AuthKit,
): string | undefined {
  const token = input.device ?? cookies.read(headers.cookie, deviceCookie(account, cookies))
  return token !== undefined && /^[\w-]{43}$/.test(token) ? token : undefined
}

/** One for each account, so that two who share a browser do not make it a new device for each other all the time. */
export function deviceCookie(account: string, { nameOf }: Cookies): string {
  return nameOf(`device-${hashToken(account, 'device-cookie').slice(0, 12)}`)
}

/** The device as the account knows it; undefined when it does not. */
export async function findDevice(
  token: string | undefined,
  account: string | undefined,
  db: AuthDb,
): Promise<AuthDevice | undefined> {
  if (token === undefined || account === undefined) return undefined
  const device = await devicesOf(db).first({ where: { hash: hashOf(token, account) } })
  return device
}

/**
 * Notes that an account signs in on a device.
 *
 * @returns the token the device is to show from now on: a fresh one when it is new, never one that somebody may have planted.
 */
export async function noteDevice(
  known: AuthDevice | undefined,
  shown: string | undefined,
  account: string,
  { userAgent }: Visitor,
  now: string,
  db: AuthDb,
): Promise<{ readonly token: string; readonly device: AuthDevice }> {
  if (known !== undefined && shown !== undefined)
    return { token: shown, device: await devicesOf(db).update(known.id, { lastUsedAt: now, userAgent }) }
  await forgetOldest(account, db)
  const token = newToken()
  const hash = hashOf(token, account)
  return { token, device: await devicesOf(db).create({ account, hash, userAgent, lastUsedAt: now }) }
}

/** A program that shows no token makes a device at each sign-in. */
const mostDevices = 50

async function forgetOldest(account: string, db: AuthDb): Promise<void> {
  const { data } = await devicesOf(db).find({ where: { account }, sort: '-lastUsedAt', limit: mostDevices + 20 })
  for (const { id } of data.slice(mostDevices - 1)) await devicesOf(db).delete(id)
}

/** Asks for no second factor on a device for a while. */
export async function trustDevice({ id }: AuthDevice, now: string, { settings }: AuthKit, db: AuthDb): Promise<void> {
  const trustedUntil = new Date(Date.parse(now) + settings.trustMs).toISOString()
  await devicesOf(db).update(id, { trustedUntil })
}

/** Every device has to show a second factor again. */
export async function distrustDevices(account: string, db: AuthDb): Promise<void> {
  const { data } = await devicesOf(db).find({ where: { account, trustedUntil: { null: false } }, limit: 1_000 })
  for (const { id } of data) await devicesOf(db).update(id, { trustedUntil: null })
}

function hashOf(token: string, account: string): string {
  return hashToken(token, `device:${account}`)
}
