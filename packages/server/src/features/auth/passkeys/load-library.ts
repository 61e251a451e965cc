import { passkeyErrors } from './errors.ts'

/** Loads `@simplewebauthn/server`, which only applications with passkeys install, when the first passkey is looked at. */
export async function loadLibrary(): Promise<typeof import('@simplewebauthn/server')> {
  try {
    return await import('@simplewebauthn/server')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw passkeyErrors.passkeys_missing({ cause })
  }
}

/** Whether it is installed; it is not loaded. */
export function isLibraryThere(resolve: (name: string) => string = import.meta.resolve): boolean {
  try {
    return resolve('@simplewebauthn/server') !== ''
  } catch {
    return false
  }
}
