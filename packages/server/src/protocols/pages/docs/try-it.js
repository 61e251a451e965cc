import { isFilter } from './api.js'
import { element, heading } from './dom.js'

const keyName = 'galley-api-key'

/** The key lives as long as the tab. */
export function keyField() {
  const field = element('input', {
    type: 'password',
    autocomplete: 'off',
    placeholder: 'API key (optional)',
    'aria-label': 'API key',
    value: sessionStorage.getItem(keyName) ?? '',
    oninput: (event) => sessionStorage.setItem(keyName, event.target.value.trim()),
  })
  return element('form', { onsubmit: (event) => event.preventDefault() }, field)
}

/** A form that sends the request and shows the answer. */
export function tryIt(operation, api) {
  const body = api.body(operation)
  const fields = new Map(api.parameters(operation).map((parameter) => [parameter, parameterField(parameter)]))
  const text = body && element('textarea', { rows: 8, spellcheck: 'false', 'aria-label': 'Body' })
  if (text) text.value = JSON.stringify(body.example, null, 2)
  const answer = element('div', { class: 'answer', 'aria-live': 'polite' })
  const send = async (event) => {
    event.preventDefault()
    const request = requestFrom(operation, fields, body && { type: body.type, text: text.value })
    answer.replaceChildren(element('p', {}, 'Waiting …'))
    answer.replaceChildren(...(await answerView(request)))
  }
  const rows = [...fields].map(([parameter, field]) => element('label', {}, element('code', {}, parameter.name), field))
  const [filters, plain] = [
    rows.filter((_row, index) => isFilterAt(fields, index)),
    rows.filter((_row, index) => !isFilterAt(fields, index)),
  ]
  return element(
    'form',
    { class: 'try', onsubmit: send },
    heading('Try it'),
    ...plain,
    filters.length > 0 ? element('details', {}, element('summary', {}, 'Filters'), ...filters) : undefined,
    text,
    element('button', { type: 'submit' }, 'Send'),
    answer,
  )
}

function isFilterAt(fields, index) {
  return isFilter([...fields.keys()][index])
}

function parameterField(parameter) {
  const placeholder = isFilter(parameter)
    ? Object.keys(parameter.schema.properties).join(' ')
    : String(parameter.example ?? '')
  if (!isFilter(parameter)) return element('input', { placeholder, required: parameter.required, spellcheck: 'false' })
  const operators = Object.keys(parameter.schema.properties).map((name) => element('option', {}, name))
  return element(
    'span',
    { class: 'filter' },
    element('select', { 'aria-label': 'operator' }, operators),
    element('input', { spellcheck: 'false' }),
  )
}

function requestFrom(operation, fields, body) {
  const query = []
  const headers = {}
  let path = operation.path
  for (const [parameter, field] of fields) {
    const [operator, input] = isFilter(parameter) ? field.children : [undefined, field]
    const value = input.value.trim()
    if (value === '') continue
    const name = operator === undefined ? parameter.name : `${parameter.name}[${operator.value}]`
    if (parameter.in === 'path') path = path.replace(`{${name}}`, encodeURIComponent(value))
    else if (parameter.in === 'header') headers[name] = value
    else query.push(`${encodeName(name)}=${encodeURIComponent(value)}`)
  }
  if (body !== undefined) headers['Content-Type'] = body.type
  const url = path + (query.length > 0 ? `?${query.join('&')}` : '')
  return { method: operation.method.toUpperCase(), url, headers, body: body?.text }
}

/** Brackets stay readable: servers take them as they are. */
function encodeName(name) {
  return encodeURIComponent(name).replaceAll('%5B', '[').replaceAll('%5D', ']')
}

async function answerView({ method, url, headers, body }) {
  const key = sessionStorage.getItem(keyName)
  const sent = key ? { ...headers, Authorization: `Bearer ${key}` } : headers
  const command = element('pre', {}, curl({ method, url, headers, body, hasKey: Boolean(key) }))
  try {
    const response = await fetch(url, { method, headers: sent, body, cache: 'no-store' })
    const text = await response.text()
    return [
      command,
      element('p', { class: response.ok ? 'good' : 'bad' }, `${response.status} ${response.statusText}`),
      element(
        'pre',
        { class: 'headers' },
        [...response.headers]
          .filter(isTelling)
          .map((pair) => pair.join(': '))
          .join('\n'),
      ),
      element('pre', {}, pretty(text)),
    ]
  } catch (error) {
    return [command, element('p', { class: 'bad' }, `No answer: ${error.message}`)]
  }
}

const telling = new Set([
  'content-type',
  'content-location',
  'etag',
  'location',
  'preference-applied',
  'ratelimit',
  'retry-after',
  'x-request-id',
])

function isTelling([name]) {
  return telling.has(name)
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

function curl({ method, url, headers, body, hasKey }) {
  const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`
  const options = [
    ...(method === 'GET' ? [] : [`-X ${method}`]),
    ...(hasKey ? ['-H "Authorization: Bearer $API_KEY"'] : []),
    ...Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`-d ${quote(body)}`]),
  ]
  return ['curl -g', ...options, quote(location.origin + url)].join(' \\\n  ')
}
