/** The OpenAPI document, with its references looked up on demand. */
export class Api {
  constructor(document) {
    this.document = document
    this.operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method, path, ...operation })),
    )
  }

  /** What `{ "$ref": "#/…" }` stands for; anything else is returned as it is. */
  resolve(value) {
    if (value?.$ref === undefined) return value
    const steps = value.$ref.slice(2).split('/')
    return steps.reduce((found, step) => found?.[step], this.document)
  }

  /** The last part of a reference: the name of the schema. */
  nameOf(value) {
    return value?.$ref?.split('/').at(-1)
  }

  operation(id) {
    return this.operations.find(({ operationId }) => operationId === id)
  }

  parameters(operation) {
    return (operation.parameters ?? []).map((parameter) => this.resolve(parameter))
  }

  /** Media type, schema and an example of what is sent; undefined when nothing is. */
  body(operation) {
    const [type, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? []
    if (type === undefined) return undefined
    return { type, schema: media.schema, example: this.resolve(media.schema)?.examples?.[0] ?? {} }
  }
}

/** A parameter `filter[price]` whose members are operators. */
export function isFilter(parameter) {
  return parameter.style === 'deepObject'
}
