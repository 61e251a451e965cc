import { defineErrors } from '../../../plugin.ts'

export const passkeyErrors = defineErrors('auth', {
  passkey_refused: {
    category: 'forbidden',
    message: 'The passkey was not accepted. Ask for new options and try again.',
  },
  passkey_copied: {
    category: 'forbidden',
    message:
      'This passkey counted backwards, as a copy of it would, and was not accepted. Delete it and register another.',
  },
  passkey_unknown: { category: 'not_found', message: 'There is no such passkey of yours.' },
  passkey_registered: { category: 'conflict', message: 'This passkey is registered already.' },
  too_many_passkeys: { category: 'conflict', message: 'An account has {max} passkeys at the most. Delete one first.' },
  passkeys_off: {
    category: 'forbidden',
    message: 'Passkeys are not turned on here.',
  },
  passkeys_need_base_url: {
    category: 'unavailable',
    message: 'Passkeys belong to a site. Set BASE_URL to the https address this server is reached at.',
  },
  passkeys_missing: {
    category: 'internal',
    message: 'Passkeys need the package @simplewebauthn/server: npm install @simplewebauthn/server.',
  },
})
