import type { Surroundings } from '../../../plugin.ts'

/** The cookies of an installation: how they are called, and how they are written. */
export interface Cookies {
  /** Of the session. */
  readonly session: string
  /** A cookie that scripts cannot read and other sites do not bring along. @param maxAgeMs  undefined: until the browser ends. */
  write(name: string, value: string, maxAgeMs?: number): string
  remove(name: string): string
  /** Of the header `Cookie`; undefined when it is not there, or there twice. */
  read(header: string | undefined, name: string): string | undefined
  /** The full name: with `__Host-` where the connection is safe (RFC 6265bis, 4.1.3.2). */
  nameOf(name: string): string
}

/** Cookies are for safe connections only, except in development and where the application says that it is reached by http. */
export function cookiesFor({ baseUrl, isDevelopment }: Surroundings): Cookies {
  const isSecure = baseUrl === undefined ? !isDevelopment : baseUrl.startsWith('https:')
  const nameOf = (name: string) => (isSecure ? `__Host-${name}` : name)
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
  return {
    session: nameOf('session'),
    nameOf,
    write: (name, value, maxAgeMs) =>
      `${name}=${value}; ${attributes}${maxAgeMs === undefined ? '' : `; Max-Age=${Math.floor(maxAgeMs / 1_000)}`}`,
    remove: (name) => `${name}=; ${attributes}; Max-Age=0`,
    read: readCookie,
  }
}

function readCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined
  const values = header
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`))
    .map((part) => part.slice(name.length + 1))
  return values.length === 1 ? values[0] : undefined
}
