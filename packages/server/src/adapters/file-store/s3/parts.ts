import type { FileSource } from '../../../ports/file-store.ts'

/** The least that S3 takes is 5 MiB, and it takes 10 000 of them: 80 GB. */
export const partBytes = 8_388_608

/** Gathers what comes into parts of one size; the last may be smaller. @param seen  is given each piece, once. */
export async function* partsOf(
  source: FileSource,
  seen: (piece: Uint8Array) => void,
): AsyncGenerator<Uint8Array, undefined> {
  let pieces: Uint8Array[] = []
  let gathered = 0
  for await (let piece of source instanceof Uint8Array ? [source] : source) {
    seen(piece)
    while (gathered + piece.length >= partBytes) {
      const taken = partBytes - gathered
      yield Buffer.concat([...pieces, piece.subarray(0, taken)])
      piece = piece.subarray(taken)
      pieces = []
      gathered = 0
    }
    if (piece.length === 0) continue
    pieces.push(piece)
    gathered += piece.length
  }
  if (gathered > 0) yield Buffer.concat(pieces)
  return undefined
}
