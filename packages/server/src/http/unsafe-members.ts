import type { Turn } from '../base/turns.ts'
import { httpErrors } from './errors.ts'

/** Whether JSON has to be walked. A name can be written with escapes (`\u005f_proto__`), so any escape makes it worth a walk. */
export function mayBeUnsafe(text: string): boolean {
  return unsafe.test(text)
}

const unsafe = /__proto__|"constructor"|\\u00/

/** @throws http_body_unsafe  for members that would change the prototype of an object they are copied to. */
export function refuseUnsafe(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value)) {
    refuseMember(name, member)
    refuseUnsafe(member)
  }
}

/** Like `refuseUnsafe`, with a pause whenever others should have their turn. */
export async function refuseUnsafeInTurns(value: unknown, turn: Turn): Promise<void> {
  const walk = membersIn(value)
  for (let step = walk.next(); step.done !== true; step = walk.next()) if (turn.isOver) await turn.next()
}

/** Pauses now and then: after some hundred members. */
function* membersIn(root: unknown): Generator<undefined, void> {
  const open = [entriesOf(root)]
  for (let count = 1; open.length > 0; count += 1) {
    if (count % 256 === 0) yield
    const { done, value: entry } = open.at(-1)!.next()
    if (done === true) open.pop()
    else {
      refuseMember(entry[0], entry[1])
      if (typeof entry[1] === 'object') open.push(entriesOf(entry[1]))
    }
  }
}

/** A list is not copied for it. */
function entriesOf(value: unknown): Iterator<[string | number, unknown]> {
  if (Array.isArray(value)) return value.entries()
  return typeof value === 'object' && value !== null ? Object.entries(value).values() : [].values()
}

function refuseMember(name: string | number, member: unknown): void {
  if (name === '__proto__' || (name === 'constructor' && hasPrototype(member)))
    throw httpErrors.body_unsafe({ details: { name } })
}

function hasPrototype(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype')
}
