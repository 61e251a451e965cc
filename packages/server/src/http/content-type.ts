import { remembering } from '../base/remembering.ts'

/** What a request says about its body. */
export interface ContentType {
  /** In lower case, without parameters. */
  readonly mediaType: string
  /** As it is written; undefined: not told. */
  readonly charset: string | undefined
}

/** Reads a Content-Type (RFC 9110, 8.3). One that is malformed has the media type ''. */
export const contentTypeFrom: (text: string) => ContentType = remembering(read, { capacity: 100, maxLength: 200 })

const pattern = /^\s*([\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+)\s*(?:;|$)/
const charsetPattern = /;\s*charset\s*=\s*"?([^";\s]+)/i

function read(text: string): ContentType {
  const mediaType = pattern.exec(text)?.[1]?.toLowerCase() ?? ''
  return Object.freeze({ mediaType, charset: charsetPattern.exec(text)?.[1] })
}
