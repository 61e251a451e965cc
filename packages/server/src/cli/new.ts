import { cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import { defineCommand } from './command.ts'
import { cliErrors } from './errors.ts'
import { dependencyFor, packageFolder } from './installed-package.ts'
import { isMachineNodeTooOld, nodePackageRange } from './own-node.ts'

export const newCommand = defineCommand('new', {
  summary: 'Make a new application in a folder of its own.',
  arguments: ['folder'],
  notes: 'Example: galley new my-app',
  run(_options, folder = '') {
    const target = resolve(folder)
    const name = basename(target)
    checkTarget(target, name)
    cpSync(join(packageFolder, 'templates/app'), target, { recursive: true })
    renameSync(join(target, 'gitignore'), join(target, '.gitignore')) // npm takes a .gitignore in a package as an order
    for (const file of ['app.ts', 'README.md']) fillIn(join(target, file), name)
    completePackage(target, name)
    console.log(nextSteps(target))
  },
})

// What npm accepts as the name of a package.
const packageNamePattern = /^[a-z0-9][a-z0-9._-]{0,213}$/

function checkTarget(target: string, name: string): void {
  if (!packageNamePattern.test(name)) throw cliErrors.bad_name({ details: { name } })
  if (existsSync(target) && readdirSync(target).length > 0)
    throw cliErrors.folder_taken({ details: { folder: target } })
}

function fillIn(path: string, name: string): void {
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('my-app', name))
}

function completePackage(target: string, name: string): void {
  const path = join(target, 'package.json')
  const template = JSON.parse(readFileSync(path, 'utf8'))
  const completed = { ...template, name, dependencies: { ...template.dependencies, galley: dependencyFor(target) } }
  writeFileSync(path, `${JSON.stringify(isMachineNodeTooOld() ? withOwnNode(completed) : completed, null, 2)}\n`)
}

function withOwnNode(project: { devDependencies: object }): object {
  return {
    ...project,
    devDependencies: { ...project.devDependencies, node: nodePackageRange() },
    allowScripts: { node: true }, // its install script puts the program in place
  }
}

function nextSteps(target: string): string {
  const folder = relative('.', target)
  const enter = folder === '' ? [] : [`  cd ${folder}`]
  return [`Made ${target}. Now:`, '', ...enter, '  npm install', '  npm run dev', ''].join('\n')
}
