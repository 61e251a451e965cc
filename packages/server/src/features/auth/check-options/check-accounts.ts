import { type CollectionModel, type FieldModel, isObject, type Model, type Problems } from '../../../plugin.ts'
import type { AuthOptions } from '../options.ts'
import { type At, instead, textsIn } from './named.ts'

/** Reports collections that cannot be accounts, and fields that nobody can or has to fill in. */
export function checkAccounts(
  { accounts, passwordless }: Partial<Record<keyof AuthOptions, unknown>>,
  model: Model,
  problems: Problems,
): void {
  const seen = new Set<string>()
  for (const [position, account] of Array.isArray(accounts) ? accounts.entries() : []) {
    const name = isObject(account) && isObject(account.collection) ? account.collection.name : undefined
    if (typeof name !== 'string') continue
    const at = `auth.accounts[${position}]`
    if (seen.has(name)) problems.add(`${at}.collection`, `The collection ${name} is there twice. List it once.`)
    seen.add(name)
    checkAccount(account, name, { at, model, problems })
    if (isObject(passwordless) && passwordless.register === true && Array.isArray(account.register))
      checkMailOnly(name, { at: 'auth.passwordless.register', model, problems })
  }
}

function checkAccount(account: Readonly<Record<string, unknown>>, name: string, at: At): void {
  const collection = at.model.collections.get(name)
  if (collection === undefined) at.problems.add(`${at.at}.collection`, isMissing(name))
  else checkCollection(account, collection, at)
}

function isMissing(name: string): string {
  return `The collection ${name} is not among those of the application. Add it: defineApp({ collections: [${name}] }).`
}

function checkCollection(account: Readonly<Record<string, unknown>>, collection: CollectionModel, at: At): void {
  checkEmail(collection, at)
  checkCascade(collection, at)
  checkFilledIn(account.invited, 'invited', collection, at)
  checkFilledIn(account.register, 'register', collection, at)
  if (Array.isArray(account.register)) checkComplete(account.register, collection, at)
}

function checkEmail({ name, fields }: CollectionModel, { at, problems }: At): void {
  const email = fields.get('email')
  const isAddress = email?.type.shape.kind === 'text' && email.type.shape.format === 'email'
  if (isAddress && !email.isOptional && email.isUnique) return
  problems.add(
    `${at}.collection`,
    `People sign in by their e-mail address, and ${name} has none that fits. Give it the field email: email({ unique: true }).`,
  )
}

/** The database deletes such records by itself, and nothing would end their sessions. */
function checkCascade({ name, fields }: CollectionModel, { at, problems }: At): void {
  for (const { name: field, relation } of fields.values())
    if (relation?.kind === 'reference' && relation.onDelete === 'cascade')
      problems.add(
        `${at}.collection`,
        `Deleting what ${field} of ${name} refers to would delete accounts. Take another onDelete than cascade.`,
      )
}

function checkFilledIn(given: unknown, option: string, { name, fields }: CollectionModel, { at, problems }: At): void {
  const known = [...fields.values()].filter(isFillable).map((field) => field.name)
  for (const [position, field] of textsIn(given)) {
    const path = `${at}.${option}[${position}]`
    const isThere = fields.get(field)
    if (field === 'email' || field === 'password') problems.add(path, `${field} is asked for anyway. Leave it out.`)
    else if (isThere === undefined)
      problems.add(path, `${name} has no field ${field}. ${instead(field, known, 'The fields are')}`)
    else if (isThere.isSystem) problems.add(path, `${field} is set by Galley. Leave it out.`)
    else if (isThere.type.relation !== undefined)
      problems.add(path, `${field} is a relation, which nobody fills in who has no account yet. Leave it out.`)
  }
}

function isFillable({ name, isSystem, type }: FieldModel): boolean {
  return !isSystem && name !== 'email' && type.relation === undefined
}

function checkComplete(register: readonly unknown[], collection: CollectionModel, { at, problems }: At): void {
  for (const field of requiredFields(collection)) {
    if (register.includes(field.name)) continue
    const add = isFillable(field) ? 'Add it to register, make' : 'Make'
    problems.add(
      `${at}.register`,
      `${collection.name} needs ${field.name}, which nobody gives who makes an account. ${add} it optional, or give it a default.`,
    )
  }
}

function checkMailOnly(name: string, { at, model, problems }: At): void {
  const collection = model.collections.get(name)
  for (const field of collection === undefined ? [] : requiredFields(collection))
    problems.add(
      at,
      `Whoever signs in by mail gives an address only, and ${name} needs ${field.name}. Make it optional, give it a default, or leave register out.`,
    )
}

/** Without which there is no record, beside the address. */
function requiredFields({ fields, tenant }: CollectionModel): readonly FieldModel[] {
  return [...fields.values()].filter(
    ({ name, isSystem, isOptional, hasDefault, columns, type }) =>
      name !== 'email' &&
      name !== tenant?.field &&
      columns.length > 0 &&
      type.derive === undefined &&
      !isSystem &&
      !isOptional &&
      !hasDefault,
  )
}
