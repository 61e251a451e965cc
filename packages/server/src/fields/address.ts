import type { FieldOptions, InputOf, OutputOf, ValueField } from '../model/field.ts'
import type { ParsedValuesOf, ValuesOf } from '../model/infer.ts'
import { choice } from './choice.ts'
import { countries } from './countries.ts'
import type { OptionsFor } from './define-field.ts'
import { object } from './object.ts'
import { text } from './text.ts'

type Members = ReturnType<typeof addressMembers>
export type Address = ParsedValuesOf<Members>
export type AddressInput = ValuesOf<Members>
export type AddressOptions = FieldOptions<AddressInput>

/** A postal address: `name`, `line1`, `line2`, `postalCode`, `city`, `region` and `country` (ISO 3166, two letters). */
export function address<const O extends AddressOptions = {}>(
  options?: OptionsFor<O, AddressOptions>,
): ValueField<OutputOf<Address, O>, InputOf<AddressInput, O>> {
  return object(addressMembers(), options)
}

function addressMembers() {
  return {
    name: text({ min: 1, max: 100, trim: true }),
    line1: text({ min: 1, max: 200, trim: true }),
    line2: text({ max: 200, trim: true, optional: true }),
    postalCode: text({ min: 1, max: 20, trim: true }),
    city: text({ min: 1, max: 100, trim: true }),
    region: text({ max: 100, trim: true, optional: true }),
    country: choice(countries),
  }
}
