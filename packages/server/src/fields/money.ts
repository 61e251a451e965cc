import {
  type Field,
  type FieldOf,
  type FieldOptions,
  type InputOf,
  makeField,
  type OutputOf,
  type ValueField,
} from '../model/field.ts'
import { operatorSets } from '../model/operator.ts'
import { choice } from './choice.ts'
import { isCurrency, minorUnits } from './currencies.ts'
import { defineField, type OptionsFor } from './define-field.ts'
import { integer } from './integer.ts'
import { objectType } from './object.ts'
import { reportIssue } from './report-issue.ts'

export { minorUnits }

export interface Money {
  /** Minor units: 1250 is 12.50 EUR, and 1250 JPY. See `minorUnits`. */
  readonly amount: number
  /** ISO 4217, such as EUR. */
  readonly currency: string
}

export interface MoneyOptions extends FieldOptions<{ readonly amount: number; readonly currency?: string }> {
  /** The only currency taken; inputs may leave it out then. Default: any. */
  readonly currency?: string
  /** Of the amount, in minor units. */
  readonly min?: number
  readonly max?: number
}

/** An amount of money: a whole number of minor units, and the currency. Compared, sorted and summed by its amount. */
export function money<const O extends MoneyOptions = {}>(
  options?: OptionsFor<O, MoneyOptions>,
): ValueField<OutputOf<Money, O>, InputOf<MoneyInput<O>, O>> {
  const { currency, min, max }: MoneyOptions = options ?? {}
  const type = objectType({ amount: integer({ min, max }), currency: currencyMember(currency) })
  return defineField(
    {
      ...type,
      name: 'money',
      columns: [
        { key: 'amount', type: { kind: 'integer' } },
        { key: 'currency', suffix: 'currency', type: { kind: 'text' } },
      ],
      operators: operatorSets.ordered,
      isSummable: true,
      addedWithin: currency === undefined ? 'currency' : undefined,
      fromText: (text) => moneyFromText(text, currency),
      problems: [...(type.problems ?? []), ...currencyProblems(currency)],
    },
    options ?? {},
  )
}

export type MoneyInput<O> = O extends { readonly currency: string }
  ? { readonly amount: number; readonly currency?: string }
  : Money

/** `12.50` in the only currency there is, `12.50 EUR` and `EUR 12.50` in any. */
function moneyFromText(text: string, onlyCurrency: string | undefined): MoneyInput<MoneyOptions> | undefined {
  const [, before, sign = '', whole, fraction = '', after] =
    /^(?:([A-Z]{3})\s+)?(-?)(\d{1,15})(?:\.(\d+))?(?:\s+([A-Z]{3}))?$/.exec(text.trim()) ?? []
  const currency = before ?? after ?? onlyCurrency
  if (whole === undefined || currency === undefined) return undefined
  const digits = minorUnits(currency)
  if (/[1-9]/.test(fraction.slice(digits))) return undefined // a part of a cent is not money
  return { amount: Number(`${sign}${whole}${fraction.slice(0, digits).padEnd(digits, '0')}`), currency }
}

function currencyMember(currency: string | undefined): Field<string, any> {
  // any: may be left out or not
  return currency === undefined ? anyCurrency() : choice([currency], { default: currency })
}

function anyCurrency(): FieldOf<string, object> {
  return makeField(
    {
      name: 'currency',
      shape: { kind: 'text', minLength: 3, maxLength: 3, pattern: '^[A-Z]{3}$' },
      columns: [],
      operators: [],
      parse: (value, report) =>
        isCurrency(value)
          ? value
          : reportIssue(report, 'format', { expected: 'a currency of ISO 4217 in capitals, such as EUR' }),
    },
    {},
  )
}

function currencyProblems(currency: string | undefined): readonly string[] {
  if (currency === undefined || isCurrency(currency)) return []
  return [`There is no currency ${currency}. Give a code of ISO 4217, such as EUR.`]
}
