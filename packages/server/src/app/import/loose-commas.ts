/**
 * Puts a row together again whose texts have commas that were not quoted: `Rua do Paço, 67` as two cells.
 *
 * A cell that begins with a blank continues the one before it. Rows that have no cell too many are left as they are.
 */
export function rejoinLooseCommas(cells: readonly string[], columnCount: number, delimiter: string): readonly string[] {
  if (cells.length <= columnCount) return cells
  const joined: string[] = []
  for (const cell of cells) {
    if (cell.startsWith(' ') && joined.length > 0) joined.push(`${joined.pop()}${delimiter}${cell}`)
    else joined.push(cell)
  }
  return joined
}
