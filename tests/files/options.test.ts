import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineApp } from 'galley'
import { type FilesOptions, files } from 'galley/files'
import { fileStoreFromUrl } from '../../packages/server/src/app/file-store-from-url.ts'
import { compileModel } from '../../packages/server/src/model/compile-model.ts'

function problemsOf(options: object): readonly string[] {
  try {
    compileModel(defineApp({ name: 'shop', collections: [], features: [files(options as FilesOptions)] }))
    return []
  } catch (error) {
    return (error as { issues: { pointer: string }[] }).issues.map(({ pointer }) => pointer).sort()
  }
}

test('options of files that cannot be meant are told all at once', () => {
  assert.deepEqual(problemsOf({}), [])
  assert.deepEqual(problemsOf({ sizes: { small: { width: 4_000 } }, maxBytes: 1, keepUnused: '2h' }), [])
  const odd = {
    type: ['image/png'],
    types: ['text/html'],
    maxBytes: 0,
    maxPixels: 1.5,
    keepUnused: '1 day',
    rules: { update: 1 },
    sizes: {
      original: { width: 1 },
      Big: { width: 1 },
      none: {},
      huge: { width: 40_000 },
      half: { width: 5, fit: 'cover' },
      odd: { width: 5, fit: 'fill', format: 'png', quality: 0, colour: 'red' },
    },
  }
  assert.deepEqual(problemsOf(odd), [
    'files.keepUnused',
    'files.maxBytes',
    'files.maxPixels',
    'files.rules.update',
    'files.sizes.Big',
    'files.sizes.half',
    'files.sizes.huge',
    'files.sizes.none',
    'files.sizes.odd.colour',
    'files.sizes.odd.fit',
    'files.sizes.odd.format',
    'files.sizes.odd.quality',
    'files.sizes.original',
    'files.type',
    'files.types',
  ])
})

test('a FILES_URL that cannot be used is told at the start', async () => {
  const codeOf = (url: string, variables: object = {}) =>
    fileStoreFromUrl({
      variables: { FILES_URL: url, ...variables },
      dataDir: undefined,
      baseUrl: undefined,
      isDevelopment: false,
    }).then(
      () => 'fine',
      ({ code }) => code,
    )
  assert.equal(await codeOf(''), 'fine')
  assert.equal(await codeOf('disk:./data/files'), 'fine')
  assert.equal(await codeOf('ftp://host'), 'app_files_url')
  assert.equal(await codeOf('./data/files'), 'app_files_url')
  assert.equal(await codeOf('s3://my-files'), 'app_files_url_broken')
  assert.equal(await codeOf('s3://my-files', { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }), 'fine')
})
