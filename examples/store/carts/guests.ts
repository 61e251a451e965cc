import { collection, instant, many, text } from 'galley'

// Nobody reads guests. They come by POST /api/carts/open, and act by the secret that they get there: see guest-feature.ts.
export const guests = collection('guests', {
  description: 'Somebody who has not signed in. Nothing is known of them but a secret, and of that only the hash.',
  fields: {
    secretHash: text({ max: 64, unique: true, private: true }),
    lastUsedAt: instant(),
    carts: many('carts'),
  },
  indexes: [['lastUsedAt']],
})

export const guestIdleDays = 30

/** Guests who have not been seen for so long are strangers again. */
export function hasGone({ lastUsedAt }: { readonly lastUsedAt: string }, nowMs: number): boolean {
  return nowMs - Date.parse(lastUsedAt) > guestIdleDays * 86_400_000
}
