import { execFileSync } from 'node:child_process'
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const server = 'packages/server'
const dist = process.argv[2] ?? join(server, 'dist')

/** Makes the folder that is packed and published: the one that is named, or `packages/server/dist`. */
function build(): void {
  rmSync(dist, { recursive: true, force: true })
  compile()
  copyAssets()
  for (const folder of ['bin', 'templates']) cpSync(join(server, folder), join(dist, folder), { recursive: true })
  for (const file of ['README.md', 'LICENSE']) cpSync(file, join(dist, file))
  writeFileSync(join(dist, 'package.json'), publishedPackage())
  console.log(`Built ${dist}. Try it: npm pack ./${dist}`)
}

function compile(): void {
  const tsc = 'node_modules/typescript/bin/tsc'
  const project = join(server, 'tsconfig.build.json')
  execFileSync(process.execPath, [tsc, '-p', project, '--outDir', resolve(dist)], { stdio: 'inherit' })
}

/** Files beside the sources that are served as they are: pages, styles, icons. */
function copyAssets(): void {
  const isSource = (path: string) => path.endsWith('.ts')
  const assets = globSync('**/*.*', { cwd: join(server, 'src') }).filter((path) => !isSource(path))
  for (const asset of assets) cpSync(join(server, 'src', asset), join(dist, asset))
}

function publishedPackage(): string {
  const source = JSON.parse(readFileSync(join(server, 'package.json'), 'utf8'))
  const published = {
    ...source,
    engines: { node: '>=24.7' }, // not in the source: the repository brings its own Node, whatever npm runs on
    bin: { galley: 'bin/galley.js' },
    exports: Object.fromEntries(Object.entries<string>(source.exports).map(publishedExport)),
  }
  return `${JSON.stringify(published, null, 2)}\n`
}

function publishedExport([name, path]: [string, string]): [string, unknown] {
  if (!path.endsWith('.ts')) return [name, path]
  const compiled = path.replace('./src/', './').slice(0, -'.ts'.length)
  return [name, { types: `${compiled}.d.ts`, default: `${compiled}.js` }]
}

build()
