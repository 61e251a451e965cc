/** What HTML forms send. */
export const formType = 'application/x-www-form-urlencoded'

/** The members of a form, as text; of a name that comes twice, the last. */
export function formMembers(bytes: Uint8Array): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()))
}
