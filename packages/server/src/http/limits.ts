/** Limits of the server, some of which an application sets (`Limits` in model/app.ts). */
export interface HttpLimits {
  readonly bodyBytes: number
  readonly bodyDepth: number
  readonly urlBytes: number
  /** Request line and headers together. */
  readonly headerBytes: number
  readonly requestsInFlight: number
  readonly requestMs: number
}

/** Limits that are the same for everyone. */
export const fixedLimits = Object.freeze({
  /** Until all headers have arrived. */
  headersMs: 10_000,
  /** An idle connection stays open for longer than load balancers keep theirs (60 s at most of them). */
  keepAliveMs: 72_000,
  /** A body may take `requestMs` to arrive, but only this long while half of `requestsInFlight` are open. */
  crowdedBodyMs: 5_000,
  /** What is sent as a stream may take as long as a client of this speed needs for it. A slower one has to go when there is a crowd. */
  slowestBytesPerSecond: 32_768,
  /** How long what comes after the answer to an upload is read and thrown away, so that the client sees the answer. */
  leftoverMs: 30_000,
  /** The same, when nothing comes. */
  leftoverIdleMs: 3_000,
  /** Then the connection is closed, so that load spreads anew. */
  requestsPerSocket: 10_000,
  connections: 10_000,
  /** How often timeouts are looked for. */
  checkEveryMs: 1_000,
  /** How long a stop waits for requests in work. */
  stopMs: 10_000,
  /** How long a stop waits for requests that are under way on idle connections. */
  lingerMs: 100,
  /** The same, when others go on serving: the connections of pools get the time to be used once more, and are told to close then. */
  replacedLingerMs: 10_000,
})
