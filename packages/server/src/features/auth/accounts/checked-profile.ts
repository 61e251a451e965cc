import { authErrors } from '../errors.ts'

/** @throws auth_profile_invalid  with every member that nobody may fill in. */
export function checkedProfile(profile: unknown, fields: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof profile !== 'object' || profile === null || Array.isArray(profile))
    throw authErrors.profile_invalid({ issues: [issue('/profile', 'type', 'must be an object')] })
  const unknown = Object.keys(profile).filter((name) => !fields.includes(name))
  if (unknown.length > 0)
    throw authErrors.profile_invalid({
      issues: unknown.map((name) => issue(`/profile/${name}`, 'unknown_field', 'is not filled in here')),
    })
  return profile as Readonly<Record<string, unknown>>
}

/** What people are called is easy to find out, and no password. */
export function textsOf(profile: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.values(profile).filter((value) => typeof value === 'string')
}

function issue(pointer: string, code: string, message: string) {
  return { pointer, code, message }
}
