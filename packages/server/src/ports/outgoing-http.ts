/**
 * Asks something of another server. The only way out: addresses may come from anybody.
 *
 * - `http:` and `https:` only, without a user or password in the address, to port 80, 443 or one from 1024.
 * - The address a name leads to is judged when the connection is made: private networks, the own machine, and whatever else is
 *   not the public internet are refused, unless `settings.outgoing.allow` has them.
 * - Redirects are answers like any other: nobody follows them.
 * - The body is not unpacked: a compressed answer is refused. No proxy is used, whatever the environment says.
 *
 * @throws outgoing_url, outgoing_address_refused  before anything is sent.
 * @throws outgoing_too_slow, outgoing_too_large, outgoing_packed, outgoing_failed
 */
export type OutgoingFetch = (url: string | URL, request?: OutgoingRequest) => Promise<OutgoingAnswer>

export interface OutgoingRequest {
  /** Default GET. */
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** From the call until the last byte of the answer. Default 10 000. */
  readonly timeoutMs?: number
  /** Of the body of the answer. Default 1 MiB. */
  readonly maxBytes?: number
  /** Gives up earlier, with the signal's own reason. */
  readonly signal?: AbortSignal
}

export interface OutgoingAnswer {
  readonly status: number
  /** By lower-case names; of several with one name, all joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Uint8Array
  /** The body as UTF-8. */
  text(): string
}
