import type { IncomingHttpHeaders } from 'node:http'
import { PassThrough, type Readable } from 'node:stream'
import type { BusboyHeaders } from '@fastify/busboy'
import { fileErrors } from './errors.ts'

/** A file as it comes. */
export interface IncomingFile {
  /** As it is sent. */
  readonly name: string | undefined
  /** Destroys itself when the client leaves. */
  readonly content: Readable
  /** Resolves when nothing comes any more. @throws when something else came than one file. */
  ended(): Promise<void>
}

/** What the lines of a form around one file may take. */
export const formBytes = 16_384

/** The file of a request: its body, or the one in a form. */
export async function incomingFile(stream: Readable, headers: IncomingHttpHeaders): Promise<IncomingFile> {
  if (!/^multipart\/form-data\s*(;|$)/i.test(headers['content-type'] ?? ''))
    return { name: undefined, content: stream, ended: async () => {} }
  return fileOfForm(stream, headers)
}

async function fileOfForm(stream: Readable, headers: IncomingHttpHeaders): Promise<IncomingFile> {
  const parser = await parserFor(headers)
  if (stream.errored) throw stream.errored
  const found = Promise.withResolvers<string>()
  const ended = Promise.withResolvers<void>()
  const content = new PassThrough()
  const fail = (error: unknown) => {
    found.reject(error)
    ended.reject(error)
    stream.unpipe(parser)
    content.destroy(error as Error)
  }
  content.on('error', ignore)
  ended.promise.catch(ignore)
  parser.on('file', (_field, part, name) => {
    part.on('error', fail)
    part.pipe(content)
    found.resolve(name)
  })
  for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const)
    parser.on(limit, () => fail(fileErrors.form_unreadable()))
  parser.on('error', (cause) => fail(fileErrors.form_unreadable({ cause })))
  parser.on('finish', () => {
    found.reject(fileErrors.form_unreadable()) // no file has come
    ended.resolve()
  })
  stream.on('error', fail)
  stream.pipe(parser)
  return { name: await found.promise, content, ended: () => ended.promise }
}

/** Loaded with the first form. */
async function parserFor(headers: IncomingHttpHeaders) {
  const { Busboy } = await import('@fastify/busboy')
  try {
    return new Busboy({
      headers: headers as BusboyHeaders,
      isPartAFile: (_field, _type, name) => name !== undefined,
      limits: {
        files: 1,
        fields: 8,
        parts: 9,
        fieldNameSize: 100,
        fieldSize: 1_000,
        headerPairs: 20,
        headerSize: 4_096,
      },
    })
  } catch (cause) {
    throw fileErrors.form_unreadable({ cause }) // no boundary
  }
}

function ignore(): void {}
