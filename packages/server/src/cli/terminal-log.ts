import type { Log } from '../ports/log.ts'

const silent = () => {}
const told = (_data: object, message: string) => console.error(message)

/** For commands that a person waits for: warnings and errors only, as sentences. */
export const terminalLog: Log = Object.freeze({ debug: silent, info: silent, warn: told, error: told })
