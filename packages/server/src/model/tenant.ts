import { isId } from '../base/id.ts'
import { type DefaultContext, type Field, type Fields, makeField } from './field.ts'
import { operatorSets } from './operator.ts'
import { and, eq, isForEveryone, isForNobody, type Rule, ruleFromInput } from './rule.ts'

/** How a collection says whose its records are: `'organizations'`, or with the name of the field that refers to it. */
export type TenantDeclaration = string | { readonly collection: string; readonly field: string }

/** The collection of tenants, and the field that refers to one of them. */
export interface Tenant {
  readonly collection: string
  readonly field: string
}

/** The fields of a collection, the one that refers to its tenant among them. */
export type WithTenant<F extends Fields, T> = T extends {
  readonly collection: infer C extends string
  readonly field: infer N extends string
}
  ? F & { readonly [K in N]: TenantField<C> }
  : T extends string
    ? F & { readonly [K in TenantFieldName<T>]: TenantField<T> }
    : F
export type TenantField<Target extends string> = Field<
  string,
  string | undefined,
  { readonly kind: 'reference'; readonly target: Target }
>

/** The last word in the singular, in camelCase: `organizations` gives `organization`, `sales-companies` `salesCompany`. */
export type TenantFieldName<Name extends string> = CamelCase<Singular<Name>>
type CamelCase<S extends string> = S extends `${infer Word}-${infer Rest}` ? `${Word}${Capitalize<CamelCase<Rest>>}` : S
type Singular<S extends string> = S extends `${infer Stem}ies`
  ? `${Stem}y`
  : S extends `${infer Stem}sses`
    ? `${Stem}ss`
    : S extends `${infer Stem}xes`
      ? `${Stem}x`
      : S extends `${infer Stem}ches`
        ? `${Stem}ch`
        : S extends `${infer Stem}shes`
          ? `${Stem}sh`
          : S extends `${infer Stem}s`
            ? Stem
            : S

export function tenantFromDeclaration(declared: TenantDeclaration): Tenant {
  return Object.freeze(
    typeof declared === 'string' ? { collection: declared, field: tenantFieldName(declared) } : { ...declared },
  )
}

function tenantFieldName(collection: string): string {
  const singular = collection
    .replace(/ies$/, 'y')
    .replace(/(ss|x|ch|sh)es$/, '$1')
    .replace(/(?<!s)s$/, '')
  return singular.replace(/-(.)/g, (_dash, letter: string) => letter.toUpperCase())
}

/** The field of a record that says whose it is: set when it is created, to the tenant its creator acts in, and never changed. */
export function tenantField({ collection: target }: Tenant): Field {
  return makeField(
    {
      name: 'reference',
      shape: { kind: 'reference', target },
      columns: Object.freeze([{ suffix: 'id', type: { kind: 'id' } as const }]),
      operators: operatorSets.equality,
      relation: Object.freeze({ kind: 'reference', target, onDelete: 'restrict' }),
      parse(value, report) {
        const id = typeof value === 'string' ? value.toLowerCase() : undefined
        return isId(id) ? id : report('format', 'must be the id of a record', { expected: 'the id of a record' })
      },
    },
    { immutable: true, default: ofActor, description: 'Whose it is.' },
  )
}

/** Whether a field was made by `tenantField`, and not declared beside it. */
export function isTenantField(field: Field | undefined): boolean {
  return field?.options?.default === ofActor
}

const ofActor = ({ actor }: DefaultContext) => actor.tenant

/** The rule, for records of the tenant the actor acts in. What nobody may, nobody may there either. */
export function withinTenant(rule: Rule, { field }: Tenant): Rule {
  if (isForNobody(rule)) return rule
  const isOwn = ruleFromInput<any>(({ row, actor }) => eq(row[field], actor.tenant)) // any: the field is there, compileModel saw to it
  return isForEveryone(rule) ? isOwn : and(isOwn, rule)
}
