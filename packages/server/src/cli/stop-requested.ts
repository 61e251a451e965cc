const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Resolves when somebody wants this process to end: Ctrl-C, the signal TERM or HUP, or the end of the parent that watches over it.
 * A second Ctrl-C ends it at once.
 *
 * @param signals  those that mean so.
 */
export function stopRequested(signals: readonly NodeJS.Signals[] = endSignals): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve())
    if (process.connected === false) resolve() // wanted before anybody listened
    process.once('disconnect', () => resolve())
    process.channel?.unref() // waiting for it is no reason to stay
  })
}
