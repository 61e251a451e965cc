/** `order-items` and `createdAt` as the database says them: `order_items`, `created_at`. */
export function snakeCase(name: string): string {
  return name
    .replaceAll('-', '_')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
}

/** kebab-case: `order-items`. */
export const collectionNamePattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
/** camelCase: `createdAt`. */
export const fieldNamePattern = /^[a-z][a-zA-Z0-9]*$/

/** PostgreSQL cuts longer identifiers; room is left for what is appended (`_currency`, `_fk`, `_search`). */
export const maxNameLength = 48

/** Names that mean something else in JavaScript, in a filter or in every record. */
export const reservedFieldNames: ReadonlySet<string> = new Set([
  'id',
  'createdAt',
  'updatedAt',
  'version',
  'and',
  'or',
  'not',
  'some',
  'none',
  'increment',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toString',
  'toLocaleString',
  'valueOf',
  'then',
])

/** First path segments under `/api` that are not collections, and names of the tables Galley keeps for itself. */
export const reservedCollectionNames: ReadonlySet<string> = new Set([
  'batch',
  'openapi',
  'graphql',
  'realtime',
  'manifest',
  'constructor',
  'prototype',
  'then',
])

/** Segments after `/api/{collection}/` that are not actions. */
export const reservedActionNames: ReadonlySet<string> = new Set([
  'aggregate',
  'constructor',
  'prototype',
  'then',
  // Scopes name operations and actions alike.
  'read',
  'create',
  'update',
  'delete',
])
