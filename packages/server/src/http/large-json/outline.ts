/** What is done with the bytes from one position to before another; see `Assembly`. */
export interface Step {
  /**
   * `open`: at `to` something begins that is made of pieces; the bytes before are its name, if it has one. `add`: they are whole members of it, or
   * characters. `close`: they are the last ones, and at `to` it ends. `fail`: no JSON has what is at `to`.
   */
  readonly kind: 'open' | 'add' | 'close' | 'fail'
  readonly from: number
  readonly to: number
}

/** Names and short texts are walked; beyond that the next quote or escape is asked of the machine, which looks at many bytes at once. */
const shortText = 40

const quote = 34
const comma = 44
const colon = 58
const openBracket = 91
const backslash = 92
const closeBracket = 93
const openBrace = 123
const closeBrace = 125
const letterU = 117

/**
 * Finds where a large JSON document can be cut, so that each piece is parsed by itself: lists and objects between their members, texts between
 * their characters. What is no JSON gets an outline as well; whoever parses its pieces finds out.
 *
 * Each byte is looked at once, whatever it is.
 */
export class Outline {
  readonly steps: Step[] = []
  readonly #bytes: Buffer
  readonly #maxDepth: number
  readonly #pieceBytes: number
  #position = 0
  #depth = 0
  /** Where the lists and objects begin that are open at the position, below the document itself. */
  readonly #starts: number[] = [-1]
  /** The last comma of each. */
  readonly #commas: number[] = [-1]
  /** How many of them are put together from pieces. */
  #opened = 1
  /** Where the bytes begin that no step has yet. */
  #from = 0
  /** The opening quote of the text at the position; -1 outside of texts. */
  #text = -1
  #isTextOpened = false
  /** Whether the text is known to be a name, which stays whole. */
  #isName = false
  /** Nothing that follows is looked at but for its depth. */
  #isBroken = false
  #isComplete = false
  #lastEscape = -1
  #nextQuote = -1
  #nextBackslash = -1

  constructor(bytes: Buffer, maxDepth: number, pieceBytes: number) {
    this.#bytes = bytes
    this.#maxDepth = maxDepth
    this.#pieceBytes = pieceBytes
  }

  /** Whether brackets outside of texts nest deeper than allowed; nothing more is to be asked then. */
  get isTooDeep(): boolean {
    return this.#depth > this.#maxDepth
  }

  get isComplete(): boolean {
    return this.#isComplete
  }

  /** Scans the next piece. */
  advance(): void {
    const end = Math.min(this.#bytes.length, this.#position + this.#pieceBytes)
    while (this.#position < end && !this.isTooDeep) {
      if (this.#text === -1) this.#passStructure(end)
      else this.#passText(end)
    }
    if (this.#position >= this.#bytes.length) this.#finish()
    else this.#cut()
  }

  /** Up to the next text. */
  #passStructure(end: number): void {
    const bytes = this.#bytes
    let index = this.#position
    for (; index < end; index += 1) {
      const byte = bytes[index]
      if (byte === quote) {
        this.#text = index
        index += 1
        break
      }
      if (byte === comma) this.#commas[this.#commas.length - 1] = index
      else if (byte === openBrace || byte === openBracket) {
        this.#enter(index)
        if (this.isTooDeep) break
      } else if (byte === closeBrace || byte === closeBracket) this.#leave(index)
    }
    this.#position = index
  }

  #enter(index: number): void {
    this.#depth += 1
    if (this.#isBroken) return
    this.#starts.push(index)
    this.#commas.push(-1)
  }

  #leave(index: number): void {
    this.#depth -= 1
    if (this.#isBroken) return
    if (this.#starts.length === 1) {
      this.#add('fail', index)
      this.#isBroken = true
      return
    }
    if (this.#opened === this.#starts.length) {
      this.#add('close', index)
      this.#opened -= 1
    }
    this.#starts.pop()
    this.#commas.pop()
  }

  /** Up to behind the closing quote. Goes beyond `end` only where there is nothing to walk. */
  #passText(end: number): void {
    let index = Math.max(this.#position, this.#text + 1)
    while (index < end) {
      index = this.#walkText(index, Math.min(end, index + shortText))
      if (this.#text === -1) break
      if (index < end) index = this.#nextOf(index)
    }
    this.#position = index
  }

  #walkText(start: number, end: number): number {
    const bytes = this.#bytes
    let index = start
    while (index < end) {
      const byte = bytes[index]
      if (byte === quote) {
        this.#leaveText(index)
        return index + 1
      }
      if (byte === backslash) {
        this.#lastEscape = index
        index += 1
      }
      index += 1
    }
    return index
  }

  /** The next quote or escape. Found places are kept, since one may be far and the other one near many times. */
  #nextOf(index: number): number {
    if (this.#nextQuote < index) this.#nextQuote = this.#find(quote, index)
    if (this.#nextBackslash < index) this.#nextBackslash = this.#find(backslash, index)
    return Math.min(this.#nextQuote, this.#nextBackslash)
  }

  #find(byte: number, from: number): number {
    const index = this.#bytes.indexOf(byte, from)
    return index === -1 ? this.#bytes.length : index
  }

  #leaveText(index: number): void {
    if (this.#isTextOpened) this.#add('close', index)
    this.#isTextOpened = false
    this.#isName = false
    this.#text = -1
  }

  #finish(): void {
    this.#isComplete = true
    if (this.#isBroken) return
    const isWhole = this.#starts.length === 1 && this.#text === -1
    this.#add(isWhole ? 'close' : 'fail', this.#bytes.length)
  }

  /** Makes steps of what has come together, from the outside in, until little is left. */
  #cut(): void {
    if (this.#isBroken) return
    while (this.#position - this.#from > this.#pieceBytes && !this.#isTextOpened) {
      const lastComma = this.#opened === 1 ? -1 : this.#commas[this.#opened - 1]!
      if (lastComma >= this.#from) this.#add('add', lastComma)
      else if (this.#opened < this.#starts.length) {
        this.#add('open', this.#starts[this.#opened]!)
        this.#opened += 1
      } else if (this.#isLongText()) {
        this.#add('open', this.#text)
        this.#isTextOpened = true
      } else return
    }
    if (this.#isTextOpened) this.#cutText()
  }

  #isLongText(): boolean {
    if (this.#text === -1 || this.#position - this.#text <= this.#pieceBytes || this.#isName) return false
    this.#isName = this.#bytes[this.#starts.at(-1)!] === openBrace && !this.#isBehindColon(this.#text)
    return !this.#isName
  }

  #isBehindColon(text: number): boolean {
    let before = text - 1
    while (isSpace(this.#bytes[before])) before -= 1
    return this.#bytes[before] === colon
  }

  /** Neither within an escape nor within a character. */
  #cutText(): void {
    const bytes = this.#bytes
    let index = this.#position
    const escapeEnd = bytes[this.#lastEscape + 1] === letterU ? this.#lastEscape + 6 : 0
    while (index < escapeEnd || isContinuation(bytes[index])) {
      if (bytes[index] === quote || bytes[index] === backslash) return
      index += 1
    }
    this.#position = index
    this.steps.push({ kind: 'add', from: this.#from, to: index })
    this.#from = index
  }

  #add(kind: Step['kind'], to: number): void {
    this.steps.push({ kind, from: this.#from, to })
    this.#from = to + 1
  }
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && byte >> 6 === 0b10
}

/** As JSON has it. */
export function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9
}
