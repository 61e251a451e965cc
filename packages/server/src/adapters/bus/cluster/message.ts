/** One message of the bus on its way between a process and the one that watches over it. */
export interface BusMessage {
  readonly galley: 'bus'
  readonly channel: string
  readonly message: string
}

/** A member has died, and perhaps had something to say. */
export interface BusGap {
  readonly galley: 'bus-gap'
}

export function isBusMessage(message: unknown): message is BusMessage {
  return (message as { readonly galley?: unknown } | null)?.galley === 'bus'
}

export function isBusGap(message: unknown): message is BusGap {
  return (message as { readonly galley?: unknown } | null)?.galley === 'bus-gap'
}

/** An end of the channel that Node opens between a process and its child. */
export interface ProcessChannel {
  readonly connected: boolean
  send?(message: BusMessage | BusGap, done: (error: Error | null) => void): unknown
  on(event: 'message', listener: (message: unknown) => void): unknown
  off(event: 'message', listener: (message: unknown) => void): unknown
}
