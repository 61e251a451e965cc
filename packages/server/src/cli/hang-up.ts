import { closeSync, openSync } from 'node:fs'
import { isatty } from 'node:tty'

export interface HangUp {
  /** The terminal that this was started in is gone. */
  onClosed(): void
  /** Somebody sent the signal. */
  onSent(): void
}

/** Tells apart what the signal HUP means: it is sent when a terminal is closed, to all that was started in it, and by `kill`. */
export function listenToHangUp({ onClosed, onSent }: HangUp): void {
  const hasTerminal = [0, 1, 2].some((stream) => isatty(stream)) // asked now: of one that is gone it says no
  process.on('SIGHUP', () => (hasTerminal && isTerminalGone() ? onClosed() : onSent()))
}

function isTerminalGone(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return false
  } catch {
    return true
  }
}
