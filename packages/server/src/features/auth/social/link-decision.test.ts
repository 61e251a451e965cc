import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Identity } from './identity.ts'
import { type LinkSituation, linkDecision } from './link-decision.ts'

const verified = { id: 'v', isEmailVerified: true }
const unverified = { id: 'u', isEmailVerified: false }
const identity: Identity = {
  provider: 'p',
  issuer: 'https://p.example',
  subject: '1',
  email: 'a@b.example',
  isEmailVerified: true,
}
const withoutProof: Identity = { ...identity, isEmailVerified: false }
const { email: _email, ...withoutEmail } = withoutProof

type Situation = Partial<LinkSituation<typeof verified>>

function decide(situation: Situation) {
  const decision = linkDecision({ identity, ...situation }, 'Provider')
  if (decision.kind === 'refuse') return decision.error.code
  if (decision.kind === 'link') return `link ${decision.account.id}${decision.removesUnverifiedWaysIn ? ' anew' : ''}`
  return decision.kind === 'sign-in' ? `sign-in ${decision.account.id}` : decision.kind
}

test('an identity that is known signs in to its account, whatever addresses say', () => {
  for (const known of [identity, withoutProof, withoutEmail]) {
    assert.equal(decide({ identity: known, accountByIdentity: unverified }), 'sign-in u')
    assert.equal(decide({ identity: known, accountByIdentity: unverified, accountByEmail: verified }), 'sign-in u')
  }
})

test('an identity that nobody knows makes an account', () => {
  assert.equal(decide({}), 'register')
  assert.equal(decide({ identity: withoutProof }), 'register')
})

test('an address connects an identity to an account only where both sides have verified it, and what was there before goes', () => {
  assert.equal(decide({ accountByEmail: verified }), 'link v anew')
  assert.equal(decide({ accountByEmail: unverified }), 'social_email_taken')
  assert.equal(decide({ identity: withoutProof, accountByEmail: verified }), 'social_email_taken')
  assert.equal(decide({ identity: withoutProof, accountByEmail: unverified }), 'social_email_taken')
})

test('an identity without an address does not make an account', () => {
  assert.equal(decide({ identity: withoutEmail }), 'social_email_missing')
})

test('who is signed in connects any identity that is nobody else’s', () => {
  for (const known of [identity, withoutProof, withoutEmail]) {
    assert.equal(decide({ identity: known, signedInAccount: unverified }), 'link u')
    assert.equal(decide({ identity: known, signedInAccount: unverified, accountByEmail: verified }), 'link u')
    assert.equal(decide({ identity: known, signedInAccount: unverified, accountByIdentity: unverified }), 'sign-in u')
    assert.equal(
      decide({ identity: known, signedInAccount: unverified, accountByIdentity: verified }),
      'social_identity_taken',
    )
  }
})
