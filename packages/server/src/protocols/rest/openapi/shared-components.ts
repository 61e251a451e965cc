import type { Schema } from './schema-from-shape.ts'

/** Schemas that every answer uses. */
export const sharedSchemas: Readonly<Record<string, Schema>> = {
  Page: {
    type: 'object',
    properties: {
      next: { type: ['string', 'null'], description: 'For `after`: what comes next. Null at the end.' },
      previous: { type: ['string', 'null'], description: 'For `before`. Null at the beginning.' },
      size: { type: 'integer', description: 'How many records were asked for.' },
      total: { type: 'integer', description: 'How many there are in all, when `count` asks for it.' },
    },
    required: ['next', 'previous', 'size'],
  },
  Problem: {
    type: 'object',
    description: 'What went wrong (RFC 9457).',
    properties: {
      type: { type: 'string', format: 'uri-reference' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string', description: 'A sentence for the person who must act.' },
      instance: { type: 'string', format: 'uri-reference' },
      code: { type: 'string', description: 'Never changes its meaning.', examples: ['operation_invalid'] },
      requestId: { type: 'string', description: 'Names the request in the log of the server.' },
      details: { type: 'object', description: 'Numbers and names of the sentence.' },
      errors: { type: 'array', items: { $ref: '#/components/schemas/Issue' } },
    },
    required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'],
  },
  Issue: {
    type: 'object',
    properties: {
      pointer: { type: 'string', description: 'JSON pointer into the body, or the name of a parameter.' },
      code: { type: 'string' },
      message: { type: 'string' },
      params: { type: 'object' },
    },
    required: ['pointer', 'code', 'message'],
  },
  OnlyId: {
    type: 'object',
    description: 'The record, to whom may write but not read it.',
    properties: { id: { type: 'string', format: 'uuid' } },
    required: ['id'],
    additionalProperties: false,
  },
  Groups: {
    type: 'object',
    properties: {
      data: {
        type: 'array',
        items: {
          type: 'object',
          description: 'Groups by the names they were asked for; sums and the like under the name of their field.',
          properties: {
            count: { type: 'integer' },
            sum: { type: 'object' },
            avg: { type: 'object' },
            min: { type: 'object' },
            max: { type: 'object' },
          },
        },
      },
    },
    required: ['data'],
  },
  Batch: {
    type: 'object',
    properties: {
      operations: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          properties: {
            operation: { type: 'string', enum: ['get', 'create', 'update', 'replace', 'delete', 'act'] },
            collection: { type: 'string' },
            id: { description: 'Of the record; not for `create` and actions of a collection.' },
            data: {
              description: 'What would be the body. `{ "$ref": "name.id" }` stands for a member of an earlier result.',
            },
            action: { type: 'string', description: 'For `act`.' },
            version: { type: 'integer', description: 'The version that the record must have.' },
            ref: { type: 'string', pattern: '^\\w{1,64}$', description: 'Names the result for later operations.' },
          },
          required: ['operation', 'collection'],
          additionalProperties: false,
        },
      },
    },
    required: ['operations'],
    additionalProperties: false,
  },
  BatchResults: {
    type: 'object',
    properties: { results: { type: 'array', items: { type: ['object', 'null'] } } },
    required: ['results'],
  },
}

const problem: Schema = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }

const problems: Readonly<Record<number, readonly [name: string, description: string]>> = {
  400: ['Invalid', 'The request cannot be accepted as it stands; `errors` names everything that is wrong.'],
  401: ['Unauthenticated', 'Nobody is signed in, or the API key or token is not good.'],
  403: ['Forbidden', 'Whoever asks may not do this.'],
  404: ['NotFound', 'There is no such record, or none that whoever asks may see.'],
  409: ['Conflict', 'It contradicts what is there: a value that must be unique, a record in use, a state.'],
  412: ['Stale', 'The record is at another version than the request asks for.'],
  413: ['TooLarge', 'The body is too large.'],
  415: ['MediaType', 'The body is of a type that is not taken.'],
  422: ['KeyReused', 'The idempotency key was used for another request.'],
  429: ['TooMany', 'Too many requests; `Retry-After` says when to come back.'],
  503: ['Unavailable', 'The server or its database has too much to do; `Retry-After` says when to come back.'],
}

export const sharedResponses: Readonly<Record<string, Schema>> = {
  ...Object.fromEntries(
    Object.values(problems).map(([name, description]) => [name, { description, content: problem }]),
  ),
  Error: { description: 'Anything else that went wrong.', content: problem },
  NotModified: { description: 'The text that the client has, by `If-None-Match`, is still right.' },
}

/** Problems that a request can end in; each also in others, such as 406 or 500, which all look the same. */
export function problemResponses(statuses: readonly number[]): Readonly<Record<string, Schema>> {
  const named = statuses.map((status) => [status, { $ref: `#/components/responses/${problems[status]![0]}` }])
  return { ...Object.fromEntries(named), default: { $ref: '#/components/responses/Error' } }
}

export const sharedHeaders: Readonly<Record<string, Schema>> = {
  ETag: { description: 'Identifies this state, for `If-Match` and `If-None-Match`.', schema: { type: 'string' } },
  Location: { description: 'Where the new record is found.', schema: { type: 'string', format: 'uri-reference' } },
}

export const securitySchemes: Readonly<Record<string, Schema>> = {
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key, or the token of a session: `Authorization: Bearer …`',
  },
}

/** Headers of requests that change something. */
export const changeHeaders: Readonly<Record<string, Schema>> = {
  ifMatch: {
    name: 'If-Match',
    in: 'header',
    schema: { type: 'string' },
    description: 'The ETag the record must have, such as `"3"`, or `*`: 412 otherwise.',
  },
  ifNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    schema: { type: 'string' },
    description: 'The ETag the client has: 304 when it is still right.',
  },
  idempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
    description: 'Random text: a request that is sent again with it is answered again, not done again.',
  },
  prefer: {
    name: 'Prefer',
    in: 'header',
    schema: { type: 'string' },
    description: '`return=minimal`: no body. `tx=rollback`: tell what would come of it, but change nothing.',
  },
}
