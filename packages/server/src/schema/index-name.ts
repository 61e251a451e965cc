import { shortName } from '../base/short-name.ts'

/** `products_category_id_price_idx`; of a unique index `products_slug_key`. */
export function indexName(table: string, columns: readonly string[], isUnique: boolean): string {
  return shortName(`${table}_${columns.join('_')}_${isUnique ? 'key' : 'idx'}`)
}
