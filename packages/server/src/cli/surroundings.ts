import type { Surroundings } from '../model/feature.ts'
import { defaultPort } from './environment.ts'
import type { Project } from './project.ts'

/** Set by `galley dev` for the process that serves. */
export const developmentVariable = 'GALLEY_DEV'

/** Whether `galley dev` started this process. */
export function isDevelopment(): boolean {
  return process.env[developmentVariable] === '1'
}

/** Where an application runs that a command has found. @param ownUrl  the address where BASE_URL does not say it. */
export function surroundingsOf({ environment }: Project, ownUrl?: string): Surroundings {
  const { baseUrl = ownUrl, dataDir } = environment
  return { baseUrl, isDevelopment: isDevelopment(), dataDir, variables: process.env }
}

/** For commands that do not serve: where the server of this machine is, whether it runs or not. */
export function usualUrl({ environment }: Project): string {
  return `http://localhost:${environment.port || defaultPort}`
}
