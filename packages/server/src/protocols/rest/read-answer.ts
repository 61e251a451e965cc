import type { HttpAnswer, HttpRequest } from '../../http/messages.ts'
import type { ListAnswer, RecordAnswer, TextAnswer } from '../../operations/operations.ts'
import { restErrors } from './errors.ts'
import { isKnown, isWanted, textTag, versionTag } from './etag.ts'

type ReadAnswer = ListAnswer | RecordAnswer | TextAnswer

/** The two answers there are to a read, made before it is known which the client needs. */
interface Prepared {
  readonly tag: string
  readonly whole: HttpAnswer
  readonly unchanged: HttpAnswer
}

/** A kept answer comes again as the same object, so what was made of it is made once. */
const preparedOf = new WeakMap<ReadAnswer, Prepared>()

/** 200 with the text, 304 when the client has it already, 412 when it asked for another version. */
export function readAnswer({ headers }: HttpRequest, answer: ReadAnswer): HttpAnswer {
  const { tag, whole, unchanged } = preparedFrom(answer)
  if (!isWanted(headers['if-match'], tag)) throw restErrors.precondition_failed()
  return isKnown(headers['if-none-match'], tag) ? unchanged : whole
}

function preparedFrom(answer: ReadAnswer): Prepared {
  if (answer.isKept !== true) return prepare(answer)
  const known = preparedOf.get(answer)
  if (known !== undefined) return known
  const prepared = prepare(answer)
  preparedOf.set(answer, prepared)
  return prepared
}

function prepare(answer: ReadAnswer): Prepared {
  const tag = tagOf(answer)
  const headers = { ETag: tag, ...cacheStatus(answer) }
  return { tag, whole: { status: 200, headers, body: answer.json }, unchanged: { status: 304, headers, body: '' } }
}

/** Hashing a page of records costs a tenth of what the whole page costs, so it is not done again for the same text. */
const tagsBySameness = new WeakMap<object, string>()

function tagOf(answer: ReadAnswer): string {
  if (answer.kind === 'record' && answer.isPlain) return versionTag(answer.version)
  const sameness = answer.kind === 'list' ? answer.sameness : undefined
  if (sameness === undefined) return textTag(answer.json)
  const known = tagsBySameness.get(sameness)
  if (known !== undefined) return known
  const tag = textTag(answer.json)
  tagsBySameness.set(sameness, tag)
  return tag
}

/** Whether the answer came from memory (RFC 9211), where the collection keeps answers. */
function cacheStatus({ isKept }: ReadAnswer): Readonly<Record<string, string>> {
  if (isKept === undefined) return {}
  return { 'Cache-Status': isKept ? 'galley; hit' : 'galley; fwd=miss' }
}
