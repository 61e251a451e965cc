import { collection, defineApp, email, everyone, text } from 'galley'
import { auth } from 'galley/auth'

/** What signing in is measured with: people with passwords, and something to read beside it. */
const people = collection('people', { fields: { name: text({ max: 100 }), email: email({ unique: true }) } })
const notes = collection('notes', { fields: { title: text({ max: 100 }) }, rules: { read: everyone() } })

export default defineApp({
  name: 'accounts',
  collections: [people, notes],
  features: [auth({ accounts: [{ collection: people, register: ['name'] }] })],
  // All requests come from one machine: each says another address.
  settings: { rateLimit: false, trustedProxies: ['127.0.0.1'] },
})

/** Of `known horses at the harbour`, with the parameters that are the default. */
const passwordHash = process.env.PASSWORD_HASH

export async function seed(db: any): Promise<void> {
  // any: collections of the feature as well
  await db.notes.create({ id: '01900000-0000-7000-8000-000000000001', title: 'A note' })
  for (let index = 0; index < 2_000; index += 1) {
    const { id } = await db.people.create({ name: `Person ${index}`, email: `known${index}@example.com` })
    await db['auth-accounts'].update(id, { passwordHash, emailVerifiedAt: '2026-01-01T00:00:00.000Z' })
  }
}
