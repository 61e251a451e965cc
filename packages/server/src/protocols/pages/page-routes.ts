import { readFileSync } from 'node:fs'
import { acceptQuality } from '../../http/accept.ts'
import type { HttpAnswer, HttpRequest } from '../../http/messages.ts'
import type { Route } from '../../http/routes.ts'
import type { Model } from '../../model/model.ts'
import { textTag } from '../rest/etag.ts'
import { taggedAnswer } from '../rest/tagged-answer.ts'

/** The page at `/` and the docs at `/docs`, which are drawn from the description of the API. */
export function pageRoutes(model: Model): readonly Route[] {
  return [
    { method: 'GET', path: '/', produces: '*', handle: (request) => frontAnswer(model, request) },
    { method: 'GET', path: '/favicon.ico', produces: '*', handle: noIcon },
    pageRoute('/docs', 'text/html; charset=utf-8', () => docsPage(model)),
    ...docsFiles.map(([name, type]) =>
      pageRoute(`/docs/${name}`, `${type}; charset=utf-8`, () => readAsset(`docs/${name}`)),
    ),
  ]
}

const docsFiles: readonly (readonly [name: string, type: string])[] = [
  ['page.css', 'text/css'],
  ['docs.js', 'text/javascript'],
  ['api.js', 'text/javascript'],
  ['dom.js', 'text/javascript'],
  ['schema-view.js', 'text/javascript'],
  ['try-it.js', 'text/javascript'],
]

function readAsset(name: string): string {
  return readFileSync(new URL(`./${name}`, import.meta.url), 'utf8')
}

/** A file that is the same for everyone, read for the first who asks; asked for again each time, answered by 304 until it changes. */
function pageRoute(path: string, type: string, read: () => string): Route {
  let page: { readonly tag: string; readonly answer: HttpAnswer } | undefined
  return {
    method: 'GET',
    path,
    produces: '*',
    handle({ headers }) {
      page ??= pageFrom(type, read())
      return taggedAnswer(headers['if-none-match'], page.tag, page.answer)
    },
  }
}

function pageFrom(type: string, body: string): { readonly tag: string; readonly answer: HttpAnswer } {
  const headers = { 'Content-Type': type, 'Cache-Control': 'no-cache' }
  return { tag: textTag(body), answer: { status: 200, headers, body, form: 'page' } }
}

function noIcon(): HttpAnswer {
  return { status: 204, headers: { 'Cache-Control': 'max-age=86400' }, body: '', form: 'page' }
}

/** The same for people and for programs: what runs here, and where to go on. */
function frontAnswer(model: Model, { headers: { accept } }: HttpRequest): HttpAnswer {
  const isForPeople = acceptQuality(accept, 'text/html') > acceptQuality(accept, 'application/json')
  if (isForPeople)
    return {
      status: 200,
      headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-cache' },
      body: frontPage(model),
      form: 'page',
    }
  const { name, description } = model
  return { status: 200, headers: {}, body: JSON.stringify({ name, description, links }) }
}

const links = Object.freeze({
  docs: '/docs',
  openapi: '/api/openapi.json',
  health: '/healthz',
  ready: '/readyz',
})

function frontPage({ name, description = '' }: Model): string {
  return page(
    name,
    `<body>
<main class="front">
<h1>${escapeHtml(name)}</h1>
<p>${escapeHtml(description)}</p>
<ul>
<li><a href="${links.docs}">How to use the API</a></li>
<li><a href="${links.openapi}">The API as OpenAPI 3.1</a></li>
<li><a href="${links.ready}">Whether it can serve</a></li>
</ul>
</main>
</body>`,
  )
}

function docsPage({ name }: Model): string {
  return page(
    `${name}: API`,
    `<body class="docs">
<nav aria-label="Operations"></nav>
<main><noscript>The docs need JavaScript. The same as data: <a href="${links.openapi}">OpenAPI 3.1</a>.</noscript></main>
<script type="module" src="/docs/docs.js"></script>
</body>`,
  )
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="/docs/page.css">
</head>
${body}
</html>
`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
