import type { Action, Hook } from './action.ts'
import { type App, appOptions } from './app.ts'
import { cacheMaxAgeMs } from './cache-max-age.ts'
import { checkFeatures } from './check-features.ts'
import { checkOptions } from './check-options.ts'
import { checkRule, type RuleCheck } from './check-rule.ts'
import { checkSettings } from './check-settings.ts'
import { compileAction } from './compile-action.ts'
import { compileAudits } from './compile-audits.ts'
import { compileCollection } from './compile-collection.ts'
import { compileIncomingWebhooks } from './compile-incoming-webhooks.ts'
import { compileJobs } from './compile-jobs.ts'
import { compileMails } from './compile-mails.ts'
import { compilePermissions } from './compile-permissions.ts'
import { type RelationContext, resolveRelation } from './compile-relation.ts'
import { compileRoles } from './compile-roles.ts'
import type { Draft, Drafts } from './draft.ts'
import type { AnyCollection } from './infer.ts'
import type { CollectionModel, Model } from './model.ts'
import { collectProblems, declarationError, type Problems } from './problems.ts'
import { requiredReferenceCycles } from './reference-cycles.ts'

/**
 * Compiles the declarations of an application into its model.
 *
 * @throws model_invalid  with every problem there is, each with its path and a sentence that says what to do.
 */
export function compileModel(app: App): Model {
  const problems = collectProblems()
  const declared = declarationsOf(app, problems)
  checkOptions(app.unknown, appOptions, 'app', problems)
  checkSettings(app.settings, problems)
  checkFeatureNames(app.features, problems)
  const roles = compileRoles(app.roles, problems)
  const permissions = compilePermissions(app.permissions, problems)
  const mails = compileMails(app.features, problems)
  const incomingWebhooks = compileIncomingWebhooks(app.features, problems)
  const collections = compileCollections(declared.collections, problems)
  compileActions(declared.actions, collections, problems)
  compileHooks(declared.hooks, collections, problems)
  for (const collection of collections.values())
    checkCollection(collection, { drafts: collections, roles, permissions, problems })
  const jobs = compileJobs(declared.jobs, collections, problems)
  const audits = compileAudits(app.audits, [...collections.keys()], problems)
  const tenants = tenantsOf(collections, problems)
  for (const cycle of requiredReferenceCycles(collections)) {
    problems.add(
      `collections.${cycle[0]}`,
      `The required references ${cycle.join(' → ')} form a circle, so no first record could be created. Make one of them optional.`,
    )
  }
  const model: Model = Object.freeze({
    name: app.name,
    description: app.description,
    collections: freezeCollections(collections),
    roles,
    permissions,
    tenants,
    mails,
    jobs,
    incomingWebhooks,
    audits,
    features: app.features,
    settings: app.settings,
  })
  const all = checkFeatures(model, problems.all)
  if (all.length > 0) throw declarationError(app.name, all)
  return model
}

/** An actor acts in one tenant, so there is one collection of them. */
function tenantsOf(collections: Drafts, problems: Problems): string | undefined {
  const scoped = [...collections.values()].filter(({ tenant }) => tenant !== undefined)
  const first = scoped[0]?.tenant?.collection
  for (const { name, tenant } of scoped) {
    if (tenant!.collection !== first)
      problems.add(
        `collections.${name}.tenant`,
        `Other collections belong to ${first}. All that have a tenant have it there.`,
      )
  }
  return first
}

function checkFeatureNames(features: App['features'], problems: Problems): void {
  const names = features.map((feature) => feature.name)
  for (const name of new Set(names.filter((candidate, index) => names.indexOf(candidate) !== index))) {
    problems.add(`features.${name}`, 'There are two features of this name. List it once.')
  }
}

function declarationsOf(app: App, problems: Problems) {
  const { features } = app
  const present = <T>(list: readonly T[], kind: string) => withoutHoles(list, kind, problems)
  return {
    collections: present(
      [...app.collections, ...features.flatMap((feature) => feature.collections ?? [])],
      'collections',
    ),
    actions: present([...app.actions, ...features.flatMap((feature) => feature.actions ?? [])], 'actions'),
    hooks: present([...app.hooks, ...features.flatMap((feature) => feature.hooks ?? [])], 'hooks'),
    jobs: present([...app.jobs, ...features.flatMap((feature) => feature.jobs ?? [])], 'jobs'),
  }
}

/** Two files that import each other give undefined where a declaration was meant. */
function withoutHoles<T>(list: readonly T[], kind: string, problems: Problems): readonly T[] {
  return list.filter((declaration, index) => {
    const isThere = typeof declaration === 'object' && declaration !== null
    if (!isThere) problems.add(`${kind}[${index}]`, 'It is not there. Do two files import each other?')
    return isThere
  })
}

function compileCollections(declared: readonly AnyCollection[], problems: Problems): Map<string, Draft> {
  const drafts = new Map<string, Draft>()
  const tables = new Map<string, string>()
  for (const declaration of declared) {
    const draft = compileCollection(declaration, problems)
    const isNew = takeTable(draft.table, `the collection ${draft.name}`, `collections.${draft.name}`, tables, problems)
    if (isNew) drafts.set(draft.name, draft)
  }
  resolveRelations(drafts, problems)
  for (const draft of drafts.values()) takeJunctions(draft, tables, problems)
  return drafts
}

/** Notes whose table it is; false, and a problem, when it is somebody's already. */
function takeTable(table: string, who: string, path: string, tables: Map<string, string>, problems: Problems): boolean {
  const owner = tables.get(table)
  if (owner === undefined) {
    tables.set(table, who)
    return true
  }
  problems.add(
    path,
    owner === who
      ? `There is ${who} twice. Rename one.`
      : `It would share the table ${table} with ${owner}. Rename one.`,
  )
  return false
}

function takeJunctions(draft: Draft, tables: Map<string, string>, problems: Problems): void {
  for (const { name, relation } of draft.fields.values()) {
    if (relation?.kind !== 'manyToMany' || !relation.isOwner) continue
    const who = `the relation ${name} of ${draft.name}`
    takeTable(relation.junction, who, `collections.${draft.name}.fields.${name}`, tables, problems)
  }
}

function resolveRelations(drafts: Drafts, problems: Problems): void {
  for (const draft of drafts.values()) {
    for (const field of draft.fields.values()) {
      if (field.type.relation === undefined) continue
      const context: RelationContext = {
        collection: draft.name,
        table: draft.table,
        field: field.name,
        columns: field.columns,
        hasTenant: draft.tenant !== undefined,
        path: `collections.${draft.name}.fields.${field.name}`,
      }
      const relation = resolveRelation(field.type.relation, context, drafts, problems)
      draft.fields.set(field.name, Object.freeze({ ...field, relation }))
    }
  }
}

function compileActions(actions: readonly Action[], drafts: Drafts, problems: Problems): void {
  for (const action of actions) {
    const draft = drafts.get(action.collection)
    const path = `actions.${action.collection}.${action.name}`
    if (draft === undefined) problems.add(path, `There is no collection ${action.collection}.`)
    else if (draft.actions.has(action.name)) problems.add(path, 'There are two actions of this name. Rename one.')
    else draft.actions.set(action.name, compileAction(action, draft, drafts, path, problems))
  }
}

function compileHooks(hooks: readonly Hook[], drafts: Drafts, problems: Problems): void {
  for (const hook of hooks) {
    const draft = drafts.get(hook.collection)
    if (draft === undefined)
      problems.add(`hooks.${hook.collection}.${hook.moment}`, `There is no collection ${hook.collection}.`)
    else if (!Object.hasOwn(draft.hooks, hook.moment))
      problems.add(
        `hooks.${hook.collection}.${hook.moment}`,
        `A hook runs at one of: ${Object.keys(draft.hooks).join(', ')}.`,
      )
    else draft.hooks[hook.moment].push(hook)
  }
}

function checkCollection(
  draft: Draft,
  declared: Pick<RuleCheck, 'drafts' | 'roles' | 'permissions' | 'problems'>,
): void {
  const { problems } = declared
  const path = `collections.${draft.name}`
  const at = { ...declared, collection: draft.name, hasRow: true }
  for (const [name, rule] of Object.entries(draft.rules)) checkRule(rule, { ...at, path: `${path}.rules.${name}` })
  for (const field of draft.fields.values()) {
    checkRule(field.read, { ...at, path: `${path}.fields.${field.name}.read` })
    checkRule(field.write, { ...at, path: `${path}.fields.${field.name}.write` })
  }
  for (const action of draft.actions.values()) {
    checkRule(action.allow, {
      ...at,
      hasRow: action.on === 'record',
      path: `actions.${draft.name}.${action.name}.allow`,
    })
    if (draft.fields.get(action.name)?.relation !== undefined) {
      problems.add(
        `actions.${draft.name}.${action.name}`,
        `A relation has the same name, and both are reached by POST /api/${draft.name}/{id}/${action.name}. Rename one.`,
      )
    }
  }
}

function freezeCollections(drafts: Drafts): ReadonlyMap<string, CollectionModel> {
  const collections = new Map<string, CollectionModel>()
  for (const draft of drafts.values()) {
    const { declaration, ...rest } = draft
    const searchFields = [...draft.fields.values()].filter((field) => field.type.isSearchable === true)
    collections.set(
      draft.name,
      Object.freeze({
        ...rest,
        description: declaration.description,
        renamedFrom: declaration.renamedFrom,
        announces: declaration.announces,
        cacheMaxAgeMs: cacheMaxAgeMs(declaration),
        searchFields: Object.freeze(searchFields),
      }),
    )
  }
  return collections
}
