/** How long work that comes in pieces keeps the event loop before others have their turn. */
const turnMs = 1

/**
 * Measures the turn of a long piece of work, and hands the event loop to others when it is over:
 * `if (turn.isOver) await turn.next()` between pieces that each take well under a millisecond.
 */
export class Turn {
  #endsAtMs = 0

  /** Also before the first `next`. */
  get isOver(): boolean {
    return performance.now() >= this.#endsAtMs
  }

  /** Waits until all others have had a turn: whoever listens to the network, and every other long piece of work. */
  async next(): Promise<void> {
    await nextTurn()
    this.#endsAtMs = performance.now() + turnMs
  }
}

const waiting: (() => void)[] = []

function nextTurn(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (waiting.push(resolve) === 1) setImmediate(handOver)
  return promise
}

/** One in each round of the event loop: however many work, the network waits for one turn only. */
function handOver(): void {
  waiting.shift()!()
  if (waiting.length > 0) setImmediate(handOver)
}
