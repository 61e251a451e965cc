import { type Fields, isObject, Undeliverable } from '../../../plugin.ts'

/**
 * What leaves of an event: of one whose members are declared only those, in their canonical form.
 *
 * @throws Undeliverable  when it is not what was declared.
 */
export function dataOf(type: string, declared: Fields | undefined, payload: unknown): object {
  if (!isObject(payload)) throw new Undeliverable(`The event ${type} has no object as its payload.`)
  if (declared === undefined) return payload
  const problems: string[] = []
  const members = Object.entries(declared).map(([name, { type: field, options }]) => {
    const value = payload[name]
    if (value !== undefined && value !== null)
      return [name, field.parse(value, (_code, message) => problems.push(`${name}: ${message}`))] as const
    if (options.optional !== true) problems.push(`${name}: It is missing.`)
    return [name, null] as const
  })
  if (problems.length > 0)
    throw new Undeliverable(`The event ${type} is not what webhooks({ events }) declares: ${problems.join(' ')}`)
  return Object.fromEntries(members)
}
