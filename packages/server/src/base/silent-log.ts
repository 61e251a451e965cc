/** Says nothing. */
export const silentLog = Object.freeze({
  isDebug: false,
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
})
