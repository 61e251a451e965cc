import { fileURLToPath } from 'node:url'

/**
 * Says where in the files of a person a module failed to load: `/home/me/shop/app.ts:3:9`, both counted from 1.
 *
 * The column is missing where Node does not tell it; undefined when nothing is told.
 */
export function placeOfFault(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.stack === undefined) return undefined
  return placeOfSyntax(error.stack) ?? placeOfThrow(error.stack)
}

/** What cannot be parsed or linked begins with the place, then shows the line with a mark below it. */
function placeOfSyntax(stack: string): string | undefined {
  const [, url, line] = /^(file:\/\/.+):(\d+)\n/.exec(stack) ?? []
  if (url === undefined) return undefined
  const mark = /^([ \t]*)\^+$/m.exec(stack)
  return [fileURLToPath(url), line, ...(mark === null ? [] : [mark[1]!.length + 1])].join(':')
}

/** The innermost call that is neither of Galley nor of a package. Below the frames of the loader is who asked to load. */
function placeOfThrow(stack: string): string | undefined {
  const [evaluation = ''] = stack.split(/^ +at .*node:internal\/modules/m, 1)
  const frames = evaluation.matchAll(/^ +at .*?(file:\/\/.+):(\d+):(\d+)\)?$/gm)
  for (const [, url, line, column] of frames)
    if (!url!.startsWith(galleyUrl) && !url!.includes('/node_modules/'))
      return `${fileURLToPath(url!)}:${line}:${column}`
  return undefined
}

const galleyUrl = new URL('..', import.meta.url).href
