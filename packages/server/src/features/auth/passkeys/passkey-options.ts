/** Passkeys; without it they are off. They need the package `@simplewebauthn/server`. */
export interface PasskeyOptions {
  /** The domain they belong to: the host of the base URL, or a parent of it. Changing it makes all of them useless. Default: the host. */
  readonly rpId?: string
  /** Origins of further pages and apps that may use them, such as `https://account.shop.example`. Default: that of the base URL only. */
  readonly origins?: readonly string[]
}
