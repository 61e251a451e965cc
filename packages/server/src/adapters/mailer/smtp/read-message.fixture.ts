/** For the tests: reads a message as it was sent, header and two bodies. */
export function readMessage(source: string, recipients: readonly string[]) {
  const { header, body } = partFrom(source)
  const parts = multipart(header('Content-Type') ?? '', body)
  const bodyOf = (type: string) => parts.find((part) => part.header('Content-Type')?.startsWith(type))!
  return {
    recipients,
    header,
    messageId: header('Message-ID')!.slice(1, -1),
    from: addressFrom(header('From')!),
    to: addressFrom(header('To')!),
    replyTo: header('Reply-To'),
    subject: decodeWords(header('Subject')!),
    text: contentOf(bodyOf('text/plain')),
    html: contentOf(bodyOf('text/html')),
  }
}

interface Part {
  readonly header: (name: string) => string | undefined
  readonly body: string
}

function partFrom(source: string): Part {
  const end = source.indexOf('\r\n\r\n')
  const lines = source
    .slice(0, end)
    .replace(/\r\n(?=[ \t])/g, '')
    .split('\r\n')
  const fields = lines.map((line) => /^([^:]+):\s*(.*)$/.exec(line)!)
  return {
    header: (name) => fields.find((field) => field[1]!.toLowerCase() === name.toLowerCase())?.[2],
    body: source.slice(end + 4),
  }
}

function multipart(type: string, body: string): readonly Part[] {
  const boundary = /boundary="([^"]+)"/.exec(type)![1]!
  return body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((text) => partFrom(text.replace(/^\r\n/, '').replace(/\r\n$/, '')))
}

function contentOf({ header, body }: Part): string {
  const encoding = header('Content-Transfer-Encoding')
  const bytes = encoding === 'base64' ? Buffer.from(body, 'base64') : fromQuotedPrintable(body)
  return bytes.toString('utf8').replaceAll('\r\n', '\n')
}

function fromQuotedPrintable(text: string): Buffer {
  const joined = text.replace(/=\r\n/g, '')
  return Buffer.from(
    joined.replace(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
}

function decodeWords(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?UTF-8\?(B|Q)\?([^?]*)\?=/gi, (_, kind: string, word: string) => {
      const bytes =
        kind.toUpperCase() === 'B' ? Buffer.from(word, 'base64') : fromQuotedPrintable(word.replaceAll('_', ' '))
      return bytes.toString('latin1')
    })
    .replace(/[\x80-\xff]+/g, (bytes) => Buffer.from(bytes, 'latin1').toString('utf8'))
}

function addressFrom(text: string): { address: string; name: string | undefined } {
  const [, name = '', address] = /^(.*?)\s*<([^<>]+)>$/.exec(text) ?? []
  if (address === undefined) return { address: text, name: undefined }
  const unquoted = name.startsWith('"') ? name.slice(1, -1).replace(/\\(.)/g, '$1') : decodeWords(name)
  return { address, name: unquoted === '' ? undefined : unquoted }
}
