/**
 * Carries short messages between the processes of one application.
 *
 * Guarantees, each proven by the contract suite (`testing/bus.contract.ts`):
 * - what one member publishes is heard by the listeners of all others on the same channel, in the order it was published;
 * - nobody hears their own messages: whoever publishes knows already, and acts before it tells others;
 * - a message is heard at most once. It may be lost with the connection, and then `onGap` is called once it is back;
 * - a message is heard after `publish` has returned, never inside of it;
 * - a listener that throws keeps nobody else from hearing.
 */
export interface Bus {
  /**
   * Hands a message to whoever listens now, and waits for none of them. Nobody keeps it for those who come later.
   *
   * @param channel  letters, digits and `-`, at most 40.
   * @param message  at most `maxMessageBytes` in UTF-8.
   * @throws bus_message_too_long
   * @throws bus_closed
   */
  publish(channel: string, message: string): void
  /**
   * Calls `listener` for each message of a channel that others publish from now on.
   *
   * @returns ends it. Safe to call twice.
   * @throws bus_closed
   */
  subscribe(channel: string, listener: BusListener): () => void
  /** True: there are no others, and nobody is to be told of anything. Default false. */
  readonly isAlone?: boolean
  /** Ends every subscription; what was published before is still sent. Safe to call twice. */
  close(): Promise<void>
}

export interface BusListener {
  onMessage(message: string): void
  /** Messages may have been lost: what is known from them alone is in doubt. Never called by a bus that loses none. */
  onGap?(): void
}

/** What every carrier can take, PostgreSQL's NOTIFY among them. */
export const maxMessageBytes = 7_000
