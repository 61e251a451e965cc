import type { CustomTypesConfig } from 'pg'

/**
 * How values of the server become values of JavaScript: as the text they come in, `bigint`, `numeric`, `jsonb`, times and
 * arrays included, so that nothing is rounded or read in a local time zone. Only what is exact becomes something else.
 */
export const textTypes: CustomTypesConfig = {
  getTypeParser: (oid: number) => parsers[oid] ?? asText,
}

// Numbers of types, from the server's catalogue `pg_type`; they never change.
const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  16: (text) => text === 't', // boolean
  21: Number, // smallint
  23: Number, // integer
  700: Number, // real
  701: Number, // double precision
}

function asText(text: string): string {
  return text
}
