/** A page of `limit` rows from one row more, with what the next page begins after. */
export function pageOf<Row extends { id: string }>(rows: Row[], limit: number, sort: keyof Row) {
  const data = rows.slice(0, limit)
  const last = data.at(-1)
  const next = rows.length > limit ? Buffer.from(JSON.stringify([last![sort], last!.id])).toString('base64url') : null
  return { data, page: { next, previous: null, size: data.length } }
}
