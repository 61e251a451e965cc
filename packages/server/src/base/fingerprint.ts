import { hash } from 'node:crypto'

/** Longer texts are rare, and read by what needs no room of its own. */
const roomBytes = 131_072
const bytes = Buffer.alloc(roomBytes)
const words = new Uint32Array(bytes.buffer, bytes.byteOffset, roomBytes / 4)

/**
 * A short name of a text: equal texts have the same one, different texts almost certainly have not.
 *
 * 128 bits of MurmurHash3_x86_128 (A. Appleby), a quarter of what SHA-1 costs for a page of records. It withstands chance, not
 * somebody who looks for two texts of one name: nothing may be trusted because of it.
 */
export function fingerprint(text: string): string {
  const length = Buffer.byteLength(text)
  if (length > roomBytes) return hash('sha1', text, 'hex')
  // A text of nothing but ASCII is copied, any other has to be encoded.
  if (length === text.length) bytes.write(text, 'latin1')
  else bytes.write(text, 'utf8')
  bytes.fill(0, length, Math.min(roomBytes, (length + 15) & ~15)) // what stands behind the text from the last time
  return murmur3(words, length)
}

const c1 = 0x239b961b
const c2 = 0xab0e9789
const c3 = 0x38b34ae5
const c4 = 0xa1e38b93

/** @param length  in bytes; up to the next multiple of 16 the words are zero behind it. */
function murmur3(input: Uint32Array, length: number): string {
  let h1 = 0
  let h2 = 0
  let h3 = 0
  let h4 = 0
  const whole = (length >> 4) << 2
  for (let index = 0; index < whole; index += 4) {
    h1 ^= scrambled(input[index]!, c1, 15, c2)
    h1 = (Math.imul(rotated(h1, 19) + h2, 5) + 0x561ccd1b) | 0
    h2 ^= scrambled(input[index + 1]!, c2, 16, c3)
    h2 = (Math.imul(rotated(h2, 17) + h3, 5) + 0x0bcaa747) | 0
    h3 ^= scrambled(input[index + 2]!, c3, 17, c4)
    h3 = (Math.imul(rotated(h3, 15) + h4, 5) + 0x96cd1c35) | 0
    h4 ^= scrambled(input[index + 3]!, c4, 18, c1)
    h4 = (Math.imul(rotated(h4, 13) + h1, 5) + 0x32ac3b17) | 0
  }
  // The last, shorter block: zeros change nothing.
  if (length % 16 !== 0) {
    h1 ^= scrambled(input[whole]!, c1, 15, c2)
    h2 ^= scrambled(input[whole + 1]!, c2, 16, c3)
    h3 ^= scrambled(input[whole + 2]!, c3, 17, c4)
    h4 ^= scrambled(input[whole + 3]!, c4, 18, c1)
  }
  return finished(h1 ^ length, h2 ^ length, h3 ^ length, h4 ^ length)
}

function finished(h1: number, h2: number, h3: number, h4: number): string {
  const sum = h1 + h2 + h3 + h4
  const [a, b, c, d] = [avalanche(sum), avalanche(h2 + sum), avalanche(h3 + sum), avalanche(h4 + sum)]
  const total = a + b + c + d
  return [total, b + total, c + total, d + total].map(hexWord).join('')
}

function scrambled(word: number, factor: number, bits: number, secondFactor: number): number {
  return Math.imul(rotated(Math.imul(word, factor), bits), secondFactor)
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}

function avalanche(word: number): number {
  let mixed = word | 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}

function hexWord(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0')
}
