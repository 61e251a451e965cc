/**
 * What can be wrong with a part of an input, a query or a declaration, by the code that tells it. A code never changes meaning.
 *
 * Field types of an application may tell codes of their own besides.
 */
export const issueMeanings = Object.freeze({
  // values
  required: 'A value that must be there is not, or is null.',
  unknown_field: 'There is no such field, or not for whoever asks.',
  read_only: 'The value follows from other records and cannot be written.',
  immutable: 'The value is set when the record is created and stays.',
  forbidden: 'Whoever asks may not set this field.',
  type: 'Another type of value was expected.',
  format: 'The right type, but not what its text should look like.',
  characters: 'Text that not every database can store.',
  pattern: 'The text does not match the pattern of the field.',
  choice: 'The value is none of those that are allowed.',
  too_short: 'The text has too few characters.',
  too_long: 'The text has too many characters.',
  too_small: 'The number is less than the least one allowed.',
  too_large: 'The number is more than the largest one allowed.',
  too_many_digits: 'The number has more digits than are kept; nothing is ever rounded.',
  too_few_items: 'The list has too few items.',
  too_many_items: 'The list has too many items.',
  duplicate: 'An item of a list is there twice.',
  too_many_bytes: 'The value is too large, written as JSON without spaces, in UTF-8.',
  too_deep: 'Something is nested more deeply than is allowed.',
  taken: 'Another record has this value already.',
  unknown_record: 'There is no such record, or not for whoever asks.',
  conflict: 'It contradicts another part of the request.',
  // new passwords
  too_common: 'The password is one of the most common ones, or a variation of one.',
  own_data: 'The password is made of what is known of the person, or of the name of the service.',
  too_predictable: 'The password is mostly repetitions, or rows of the alphabet or the keyboard.',
  too_weak: 'The password would be found with too few guesses.',
  breached: 'The password is known from a breach.',
  // scopes of keys and tokens
  unknown_scope: 'The scope names no collection or operation that there is.',
  // queries
  unknown_operator: 'The field cannot be filtered by this operator.',
  unsuitable_field: 'The field exists, but cannot be used in this way.',
  range: 'The number is not in the range that is allowed.',
  too_many: 'There are more parts than are allowed.',
  // URLs
  unknown_parameter: 'The query has a parameter that means nothing here.',
  repeated: 'The query asks the same thing twice.',
  malformed: 'A parameter is not written as it should be.',
  encoding: 'A parameter is not encoded correctly.',
  // declarations
  declaration: 'A declaration of the application cannot be used as it stands.',
})

export type IssueCode = keyof typeof issueMeanings
