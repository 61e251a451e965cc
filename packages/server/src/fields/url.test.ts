import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parse } from '../testing/field.contract.ts'
import { url } from './url.ts'

describe('a URL', () => {
  it('leads where the given one leads', () => {
    const given = fc.webUrl({ withQueryParameters: true, withFragments: true, validSchemes: ['http', 'https'] })
    fc.assert(
      fc.property(given, (text) => {
        const kept = new URL(String(parse(url(), text).value))
        assert.deepEqual([kept.host, kept.pathname], [new URL(text).host, new URL(text).pathname])
      }),
    )
  })
  it('may be of another protocol where the field says so', () => {
    assert.equal(parse(url({ protocols: ['mailto'] }), 'mailto:ada@example.com').value, 'mailto:ada@example.com')
    assert.equal(
      parse(url({ protocols: ['ftp'] }), 'https://example.com/').issues[0]?.message,
      'must be a URL that begins with ftp:',
    )
  })
})
