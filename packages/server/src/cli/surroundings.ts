import type { Surroundings } from '../model/feature.ts'
import type { Project } from './project.ts'

/** Set by `galley dev` for the process that serves. */
export const developmentVariable = 'GALLEY_DEV'

/** Where an application runs that a command has found. In development it is reached from this machine, if nothing else is said. */
export function surroundingsOf({ environment }: Project): Surroundings {
  const { baseUrl, dataDir, port } = environment
  const isDevelopment = process.env[developmentVariable] === '1'
  const ownUrl = isDevelopment ? `http://localhost:${port}` : undefined
  return { baseUrl: baseUrl ?? ownUrl, isDevelopment, dataDir, variables: process.env }
}
