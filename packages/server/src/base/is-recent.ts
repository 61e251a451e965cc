/** Whether something was signed just now, so that it is not one that was sent before. Clocks differ: it may lie ahead of ours as well. */
export function isRecent(timestampSeconds: number, nowMs: number, toleranceSeconds = 300): boolean {
  return Math.abs(Math.floor(nowMs / 1_000) - timestampSeconds) <= toleranceSeconds
}
