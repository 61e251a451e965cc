const everyMs = 200

export interface Progress {
  /** So many bytes of the file have been read. */
  read(bytes: number): void
  /** So many rows are done. */
  row(rowCount: number): void
  end(): void
}

/** Shows on standard error how far the reading of a file is; says nothing where no person looks on. */
export function showProgress(totalBytes: number, stream: NodeJS.WriteStream = process.stderr): Progress {
  let readBytes = 0
  let shownMs = 0
  let isShown = false
  return {
    read(bytes) {
      readBytes += bytes
    },
    row(rowCount) {
      const nowMs = performance.now()
      if (!stream.isTTY || nowMs - shownMs < everyMs) return
      shownMs = nowMs
      isShown = true
      const percent = totalBytes === 0 ? 100 : Math.min(100, Math.floor((readBytes / totalBytes) * 100))
      stream.write(`\r${rowCount} rows, ${percent} % of the file`)
    },
    end() {
      if (isShown) stream.write('\r\u001B[K') // back to the start of the line, and clear it
    },
  }
}

/** Shows on standard error how many of all are done, where a person looks on. */
export function showCount(what: string, stream: NodeJS.WriteStream = process.stderr) {
  let shownMs = 0
  return {
    show(count: number, total: number) {
      const nowMs = performance.now()
      if (!stream.isTTY || nowMs - shownMs < everyMs) return
      shownMs = nowMs
      stream.write(`\r${count} of ${total} ${what}`)
    },
    end() {
      if (shownMs > 0) stream.write('\r\u001B[K')
    },
  }
}
