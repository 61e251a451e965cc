import { element, prose } from './dom.js'

const maxDepth = 3

/** A schema as a list of its members, those inside of members folded away. */
export function schemaView(schema, api, depth = 0) {
  const resolved = api.resolve(schema) ?? {}
  const members = membersOf(resolved, api)
  if (members.length === 0) return element('p', { class: 'type' }, typeOf(schema, api))
  const required = new Set(resolved.required)
  return element(
    'dl',
    { class: 'members' },
    members.map(([name, member]) => memberView(name, member, required.has(name), api, depth)),
  )
}

function memberView(name, schema, isRequired, api, depth) {
  const resolved = api.resolve(schema) ?? {}
  return [
    element(
      'dt',
      {},
      element('code', {}, name),
      ' ',
      element('span', { class: 'type' }, typeOf(schema, api)),
      isRequired ? element('span', { class: 'required' }, ' required') : undefined,
    ),
    element('dd', {}, ...prose(resolved.description), inside(schema, api, depth)),
  ]
}

function inside(schema, api, depth) {
  const deeper = insideOf(schema, api)
  if (deeper === undefined || depth >= maxDepth) return undefined
  const summary = element('summary', {}, api.nameOf(deeper) ?? 'members')
  const details = element('details', {}, summary)
  // Made when it is opened: records refer to each other in circles.
  details.addEventListener('toggle', () => details.append(schemaView(deeper, api, depth + 1)), { once: true })
  return details
}

/** The schema that has members: of the value itself, of its items, or of one of its forms. */
function insideOf(schema, api) {
  const resolved = api.resolve(schema) ?? {}
  if (membersOf(resolved, api).length > 0) return schema
  if (resolved.items !== undefined) return insideOf(resolved.items, api)
  return resolved.anyOf?.find((form) => membersOf(api.resolve(form), api).length > 0)
}

function membersOf(schema, api) {
  if (schema.properties !== undefined) return Object.entries(schema.properties)
  const form = schema.anyOf?.find((candidate) => api.resolve(candidate).properties !== undefined)
  return form === undefined ? [] : Object.entries(api.resolve(form).properties)
}

/** `text (uuid)`, `list of ProductsRecord`, `EUR | null`. */
export function typeOf(schema, api) {
  const name = api.nameOf(schema)
  const resolved = api.resolve(schema) ?? {}
  if (name !== undefined) return name
  if (resolved.anyOf !== undefined) return resolved.anyOf.map((form) => typeOf(form, api)).join(' | ')
  if (resolved.enum !== undefined) return shortened(resolved.enum.map(String))
  const types = [resolved.type ?? 'any'].flat()
  if (types.includes('array'))
    return [`list of ${typeOf(resolved.items, api).replace(/ \(like .*\)$/, '')}`, ...others(types, 'array')].join(
      ' | ',
    )
  return types.join(' | ') + limitsOf(resolved)
}

function others(types, known) {
  return types.filter((type) => type !== known)
}

function shortened(words) {
  return words.length > 12 ? `${words.slice(0, 12).join(' | ')} | …` : words.join(' | ')
}

function limitsOf({ format, minLength, maxLength, minimum, maximum, pattern }) {
  const isUsual = (number) => number === undefined || Math.abs(number) === Number.MAX_SAFE_INTEGER
  const limits = [
    format,
    minLength === undefined ? undefined : `at least ${minLength} characters`,
    maxLength === undefined ? undefined : `at most ${maxLength} characters`,
    isUsual(minimum) ? undefined : `from ${minimum}`,
    isUsual(maximum) ? undefined : `to ${maximum}`,
    pattern === undefined ? undefined : `like ${pattern}`,
  ].filter((limit) => limit !== undefined)
  return limits.length === 0 ? '' : ` (${limits.join(', ')})`
}
