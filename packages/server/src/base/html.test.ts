import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Html, html } from './html.ts'

const written = (markup: Html) => String(markup)

test('a value is text, whatever is in it', () => {
  assert.equal(
    written(html`<p>${'<script>alert("1")</script> & \'x\''}</p>`),
    '<p>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;</p>',
  )
  assert.equal(written(html`<a title="${'" onclick="x'}">1</a>`), '<a title="&quot; onclick=&quot;x">1</a>')
})

test('HTML in HTML stays HTML, also in lists, and nothing is written for what is not there', () => {
  const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`)
  assert.equal(
    written(html`<ul>${items}</ul>${null}${undefined}${false}${0}`),
    '<ul><li>a</li><li>&lt;b&gt;</li></ul>0',
  )
})

test('an object that looks like HTML is none', () => {
  const forged = { toString: () => '<b>' } as unknown as string
  assert.equal(written(html`${forged}`), '&lt;b&gt;')
})

test('a link leads nowhere where it would run something', () => {
  for (const link of [
    'javascript:alert(1)',
    ' javascript:x',
    'java\nscript:x',
    'data:text/html,x',
    'vbscript:x',
    '//evil.example',
    'https://a b',
  ])
    assert.equal(written(html`<a href="${link}">x</a>`), '<a href="#">x</a>', link)
  for (const link of ['https://shop.example/a?b=1', 'mailto:a@b.example', '/orders/1', '?view=text'])
    assert.equal(written(html`<a href="${link}">x</a>`), `<a href="${link}">x</a>`)
  assert.equal(
    written(html`<a href="${'https://x.example/?a=1&b="2"'}">x</a>`),
    '<a href="#">x</a>'.replace('#', 'https://x.example/?a=1&amp;b=&quot;2&quot;'),
  )
})

test('a value in a tag without quotes is refused', () => {
  assert.throws(() => html`<a href=${'x'}>x</a>`, /stands in quotes/)
  assert.throws(() => html`<a ${'x'}>x</a>`, /stands in quotes/)
  assert.equal(written(html`<p>1 > ${2}</p>`), '<p>1 > 2</p>')
})
