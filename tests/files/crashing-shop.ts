import { defineApp, everyone } from 'galley'
import { files } from 'galley/files'
import { createTestApp } from 'galley/testing'

const rules = { read: everyone(), create: everyone(), delete: everyone() }

export const crashingShop = defineApp({
  name: 'shop',
  collections: [],
  features: [files({ types: ['application/octet-stream'], maxBytes: 1_000_000, rules })],
})

// Run as a program, it serves until it is killed.
if (import.meta.main) console.log(await (await createTestApp(crashingShop, JSON.parse(process.argv[2]!))).url())
