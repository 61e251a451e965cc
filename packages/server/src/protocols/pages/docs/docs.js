import { Api, isFilter } from './api.js'
import { element, heading, prose } from './dom.js'
import { schemaView, typeOf } from './schema-view.js'
import { keyField, tryIt } from './try-it.js'

const api = new Api(await (await fetch('/api/openapi.json')).json())
const main = document.querySelector('main')
document.querySelector('nav').replaceChildren(...navigation())
addEventListener('hashchange', show)
show()

/** What the part of the URL behind `#` names: an operation, or the overview. */
function show() {
  const operation = api.operation(decodeURIComponent(location.hash.slice(1)))
  main.replaceChildren(...(operation === undefined ? overview() : operationView(operation)))
  for (const link of document.querySelectorAll('nav a')) {
    link.toggleAttribute('aria-current', link.hash === location.hash)
    if (link.hash === location.hash) link.closest('details')?.setAttribute('open', '')
  }
  scrollTo(0, 0)
}

function navigation() {
  const groups = api.document.tags.map(({ name }) => tagView(name))
  const find = (event) => narrow(groups, event.target.value.trim().toLowerCase())
  return [
    element('a', { href: '#', class: 'home' }, api.document.info.title),
    keyField(),
    element('input', { type: 'search', placeholder: 'Find', 'aria-label': 'Find an operation', oninput: find }),
    ...groups,
  ]
}

function tagView(tag) {
  const operations = api.operations.filter(({ tags }) => tags.includes(tag))
  return element('details', {}, element('summary', {}, tag), ...operations.map(linkTo))
}

function linkTo({ operationId, method, path }) {
  return element('a', { href: `#${operationId}`, title: path }, methodView(method), shortPath(path))
}

/** Without what all paths begin with. */
function shortPath(path) {
  return path.replace(/^\/api/, '')
}

function methodView(method) {
  return element('span', { class: `method ${method}` }, method.toUpperCase())
}

function narrow(groups, words) {
  for (const group of groups) {
    const links = [...group.querySelectorAll('a')]
    for (const link of links) link.hidden = !link.textContent.toLowerCase().includes(words)
    group.hidden = links.every((link) => link.hidden)
    group.open = words !== '' && !group.hidden
  }
}

function overview() {
  const { info, tags } = api.document
  return [
    element('h1', {}, info.title),
    ...prose(info.description),
    element('p', {}, 'The same as data: ', element('a', { href: '/api/openapi.json' }, 'OpenAPI 3.1'), '.'),
    heading('A first request'),
    element('pre', {}, firstRequest()),
    ...tags.flatMap(({ name, description }) => [
      element('h2', {}, name),
      ...prose(description),
      element(
        'ul',
        { class: 'operations' },
        api.operations.filter((operation) => operation.tags.includes(name)).map(overviewItem),
      ),
    ]),
  ]
}

/** The first list that needs nothing but to be asked for. */
function firstRequest() {
  const list = api.operations.find(({ operationId }) => operationId.startsWith('list_'))
  return `curl '${location.origin}${list?.path ?? '/api/openapi.json'}'`
}

function overviewItem(operation) {
  const { operationId, method, path, summary } = operation
  return element(
    'li',
    {},
    element('a', { href: `#${operationId}` }, methodView(method), element('code', {}, path)),
    ` ${summary}`,
  )
}

function operationView(operation) {
  const { method, path, summary, description, responses } = operation
  const body = api.body(operation)
  const parameters = api.parameters(operation)
  const told = [
    element('h1', {}, summary),
    element('p', { class: 'path' }, methodView(method), element('code', {}, path)),
    ...prose(description),
    ...section(
      'Parameters',
      parameters.filter((parameter) => !isFilter(parameter)),
      parameterView,
    ),
    ...section('Filters', parameters.filter(isFilter), filterView),
    ...(body === undefined
      ? []
      : [heading('Body'), element('p', { class: 'type' }, body.type), schemaView(body.schema, api)]),
    heading('Answers'),
    element('dl', { class: 'members' }, Object.entries(responses).flatMap(responseView)),
  ]
  return [element('article', {}, told), tryIt(operation, api)]
}

function section(title, parameters, view) {
  return parameters.length === 0 ? [] : [heading(title), element('dl', { class: 'members' }, parameters.flatMap(view))]
}

function parameterView(parameter) {
  const where = parameter.in === 'query' ? undefined : element('span', { class: 'type' }, ` in the ${parameter.in}`)
  const type = element('span', { class: 'type' }, typeOf(parameter.schema, api))
  return [
    element('dt', {}, element('code', {}, parameter.name), ' ', type, where),
    element('dd', {}, ...prose(parameter.description)),
  ]
}

function filterView({ name, schema }) {
  const operators = Object.keys(schema.properties).map((operator) => element('code', {}, operator))
  const value = Object.values(schema.properties)[0]
  return [
    element('dt', {}, element('code', {}, name), ' ', element('span', { class: 'type' }, typeOf(value, api))),
    element('dd', { class: 'operators' }, ...operators),
  ]
}

function responseView([status, response]) {
  const { description, content = {} } = api.resolve(response)
  return [
    element('dt', {}, element('code', {}, status === 'default' ? 'other' : status)),
    element('dd', {}, ...prose(description), answerSchema(content, status)),
  ]
}

/** All problems look the same: the last tells how. */
function answerSchema(content, status) {
  const [type, media] = Object.entries(content)[0] ?? []
  if (media === undefined || (type === 'application/problem+json' && status !== 'default')) return undefined
  const details = element('details', {}, element('summary', {}, typeOf(media.schema, api)))
  details.addEventListener('toggle', () => details.append(schemaView(media.schema, api)), { once: true })
  return details
}
