/** Says nothing. */
export const silentLog = Object.freeze({ debug: () => {}, info: () => {}, warn: () => {}, error: () => {} })
