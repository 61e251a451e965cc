import { fileURLToPath } from 'node:url'
import { customer, idOf } from './data.ts'
import type { DatabaseName, Original } from './databases.ts'
import type { Project } from './galley-package.ts'
import { peerCommand } from './peers.ts'
import { rawHeaders } from './raw-headers.ts'
import { createRequest, readCached, readOne } from './requests.ts'
import { type Command, type Server, startServer } from './server.ts'

export const peerNames = ['express', 'fastify', 'nest'] as const
export const contenderNames = ['bare', 'galley', ...peerNames] as const
export type ContenderName = (typeof contenderNames)[number]

export function isPeer(name: string): boolean {
  return (peerNames as readonly string[]).includes(name)
}

/** A server to start, on a database of its own. */
export interface ServerSpec {
  readonly contender: ContenderName
  readonly database: DatabaseName
  readonly size: 'small' | 'large'
  /** Arguments of `galley start`. */
  readonly args?: readonly string[]
  /** Whether it may use the core of the load too. */
  readonly hasAllCores?: boolean
  /** Arguments of Node. */
  readonly nodeArgs?: readonly string[]
}

interface Surroundings {
  readonly project: Project
  readonly original: Original
  /** Starts another one, or gives the one that runs. */
  server(spec: ServerSpec): Promise<Server>
}

export async function startContender(spec: ServerSpec, around: Surroundings): Promise<Server> {
  const databaseUrl = await around.original.copy()
  const name = spec.contender
  const command = name === 'galley' ? galley : name === 'bare' ? bare : peerCommand
  const { environment, ...rest } = await command(spec, around)
  return startServer({
    readyPath: `/api/products/${idOf.product(0)}`,
    logFile: `${around.project.folder}/${name}-${spec.database}.log`,
    ...rest,
    environment: { DATABASE_URL: databaseUrl, ...environment },
  })
}

type Own = Pick<Command, 'command' | 'cwd' | 'environment'> & Partial<Command>

/** With everything at its default, as users run it. */
function galley({ args = [], nodeArgs = [], hasAllCores = false }: ServerSpec, { project }: Surroundings): Own {
  const [node, ...galley] = project.galley('start', ...args) as [string, ...string[]]
  return {
    command: [node, ...nodeArgs, ...galley],
    cwd: project.folder,
    environment: {},
    readyPath: '/readyz',
    ...(hasAllCores && { cores: '0,1' }),
  }
}

/** It is told the headers that galley sends, to send the same. */
async function bare(spec: ServerSpec, { original, server }: Surroundings): Promise<Own> {
  const { url } = await server({ ...spec, contender: 'galley' })
  const kept = await fetch(url + readCached.path)
  const known = { ...readCached, headers: { 'if-none-match': kept.headers.get('etag')! } }
  const headers = {
    read: await rawHeaders(url, readOne),
    created: await rawHeaders(url, createRequest),
    kept: await rawHeaders(url, readCached),
    known: await rawHeaders(url, known),
  }
  return {
    command: [process.execPath, fileURLToPath(new URL(`contenders/bare-${spec.database}.ts`, import.meta.url))],
    cwd: process.cwd(),
    environment: {
      BARE_HEADERS: JSON.stringify(headers),
      BARE_KEPT_TEXT: await kept.text(),
      BARE_KEY: original.key,
      BARE_CUSTOMER: customer,
    },
  }
}
