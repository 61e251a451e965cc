let current = 1
let isEnding = false

/**
 * Numbers the rounds in which the event loop hands out what has come over the network.
 *
 * Requests of one round had come before its first was looked at: what is asked for one of them, no earlier than that, is true for all.
 * To be called when a request comes in, and for nothing else: only then a round ends before the network is listened to again.
 */
export function arrivalRound(): number {
  if (!isEnding) {
    isEnding = true
    setImmediate(endRound)
  }
  return current
}

function endRound(): void {
  current += 1
  isEnding = false
}
