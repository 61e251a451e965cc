import { compileInput } from './compile-input.ts'
import type { FeatureRoute } from './feature-route.ts'
import type { FieldModel, Model } from './model.ts'
import { collectProblems, declarationError, type Problems } from './problems.ts'

/** A route of a feature whose input and output are compiled. */
export interface RouteModel extends Omit<FeatureRoute, 'input' | 'output'> {
  readonly input: ReadonlyMap<string, FieldModel>
  readonly output: ReadonlyMap<string, FieldModel> | undefined
}

/**
 * Compiles the routes that started features answer.
 *
 * @throws model_invalid  with every problem there is.
 */
export function compileRoutes(routes: readonly FeatureRoute[], model: Model): readonly RouteModel[] {
  const problems = collectProblems()
  const taken = new Set<string>()
  const compiled = routes.map((route) => {
    const path = `routes.${route.method} ${route.path}`
    checkPath(route, path, model, problems)
    checkBody(route, path, problems)
    if (taken.has(path)) problems.add(path, 'Two features answer it. Rename one.')
    taken.add(path)
    return Object.freeze({
      ...route,
      input: compileInput(route.input, model.collections, `${path}.input`, problems),
      // An answer may hold what a record has by itself, such as id.
      output: route.output && compileInput(route.output, model.collections, `${path}.output`, problems, new Set()),
    })
  })
  if (problems.all.length > 0) throw declarationError(model.name, problems.all)
  return compiled
}

function checkBody(
  { method, body, maxBodyBytes = 1, isFromElsewhere }: FeatureRoute,
  where: string,
  problems: Problems,
): void {
  if (!['json', 'raw', 'stream'].includes(body)) problems.add(`${where}.body`, 'A body is json, raw or stream.')
  if (body !== 'json' && method === 'GET')
    problems.add(`${where}.body`, 'A GET has no body. Leave body out, or make it a POST.')
  if (body !== 'json' && isFromElsewhere)
    problems.add(`${where}.isFromElsewhere`, 'A body that is raw or a stream is not read as a form. Leave it out.')
  if (!Number.isSafeInteger(maxBodyBytes) || maxBodyBytes < 1)
    problems.add(`${where}.maxBodyBytes`, 'The most bytes of a body is an integer of at least 1.')
}

function checkPath({ path, collection }: FeatureRoute, where: string, model: Model, problems: Problems): void {
  if (!/^(\/[A-Za-z0-9:._-]+)+$/.test(path)) problems.add(where, 'A path is like /api/auth/sessions/:id.')
  const [, root, first = ''] = path.split('/')
  if (root === 'api' && model.collections.has(first) && first !== collection)
    problems.add(where, `The collection ${first} is served at /api/${first}. Rename it.`)
}
