import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:net'
import { after, test } from 'node:test'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { type ArrivedMail, letter, mailerContract } from '../../../testing/mailer.contract.ts'
import { createSmtpMailer } from './index.ts'
import { readMessage } from './read-message.fixture.ts'

interface Post {
  readonly port: number
  readonly arrived: ArrivedMail[]
  /** Whether each mail came over TLS. */
  readonly secured: boolean[]
  close(): Promise<void>
}

/** A mail server, with a certificate that nobody trusts. */
async function openPost(options: SMTPServerOptions = {}): Promise<Post> {
  const arrived: ArrivedMail[] = []
  const secured: boolean[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH'],
    closeTimeout: 100,
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const recipients = session.envelope.rcptTo.map(({ address }) => address)
        arrived.push(readMessage(Buffer.concat(chunks).toString('latin1'), recipients))
        secured.push(session.secure)
        done()
      })
    },
    ...options,
  })
  server.on('error', () => {}) // clients that do not trust the certificate hang up
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as { port: number }
  return { port, arrived, secured, close: () => new Promise((resolve) => server.close(() => resolve())) }
}

async function withPost(options: SMTPServerOptions, prove: (post: Post) => Promise<void>): Promise<void> {
  const post = await openPost(options)
  try {
    await prove(post)
  } finally {
    await post.close()
  }
}

mailerContract('SMTP', async () => {
  const post = await openPost()
  const mailer = createSmtpMailer({ url: `smtp://127.0.0.1:${post.port}`, timeoutMs: 2_000 })
  return { mailer, arrived: async () => post.arrived, close: post.close }
})

async function sendOnce(url: string, change = {}, options = {}): Promise<void> {
  const mailer = createSmtpMailer({ url, timeoutMs: 500, ...options })
  try {
    await mailer.send(letter(change))
  } finally {
    await mailer.close()
  }
}

test('TLS is used where there is some', () =>
  withPost({}, async ({ port, secured }) => {
    await sendOnce(`smtp://localhost:${port}`)
    assert.deepEqual(secured, [true])
  }))

test('TLS from the start is used for smtps', () =>
  withPost({ secure: true }, async ({ port, secured }) => {
    await sendOnce(`smtps://127.0.0.1:${port}`)
    assert.deepEqual(secured, [true])
  }))

test('a server elsewhere that offers no TLS is told nothing', () =>
  withPost({ disabledCommands: ['STARTTLS', 'AUTH'] }, async ({ port, arrived }) => {
    // The same machine by a name that does not say so.
    const sent = sendOnce(`smtp://ada:secret@[::ffff:127.0.0.1]:${port}`)
    await assert.rejects(sent, { code: 'mailer_unavailable', message: /STARTTLS|TLS/ })
    assert.deepEqual(arrived, [])
  }))

test('a server elsewhere whose certificate nobody trusts is told nothing', async () => {
  for (const secure of [false, true])
    await withPost({ secure }, async ({ port, arrived }) => {
      const scheme = secure ? 'smtps' : 'smtp'
      const sent = sendOnce(`${scheme}://ada:secret@[::ffff:127.0.0.1]:${port}`)
      await assert.rejects(sent, { code: 'mailer_unavailable', message: /certificate/ })
      assert.deepEqual(arrived, [])
    })
})

test('user and password of the URL sign in, whatever signs are in them; a wrong password is no fault of the mail', () => {
  const tried: unknown[] = []
  const options: SMTPServerOptions = {
    authOptional: false,
    disabledCommands: [],
    onAuth({ username, password }, _session, done) {
      tried.push([username, password])
      if (password === 'p@ss:/wörd') return done(null, { user: username })
      done(Object.assign(new Error('no'), { responseCode: 535 }))
    },
  }
  return withPost(options, async ({ port, arrived }) => {
    await sendOnce(`smtp://ada%40shop.example:${encodeURIComponent('p@ss:/wörd')}@localhost:${port}`)
    assert.deepEqual(tried, [['ada@shop.example', 'p@ss:/wörd']])
    assert.equal(arrived.length, 1)
    await assert.rejects(sendOnce(`smtp://ada:wrong@localhost:${port}`), { code: 'mailer_unavailable' })
  })
})

test('an address that the server does not know is refused for good, one it is too busy for is not', () => {
  const options: SMTPServerOptions = {
    onRcptTo({ address }, _session, done) {
      if (address === 'gone@example.com') return done(Object.assign(new Error('no such user'), { responseCode: 550 }))
      if (address === 'busy@example.com') return done(Object.assign(new Error('later'), { responseCode: 451 }))
      done()
    },
  }
  return withPost(options, async ({ port, arrived }) => {
    const url = `smtp://localhost:${port}`
    const mailer = createSmtpMailer({ url, timeoutMs: 1_000 })
    await assert.rejects(mailer.send(letter({ to: { address: 'gone@example.com' } })), (error: Error) => {
      assert.equal((error as { code?: string }).code, 'mailer_refused')
      assert.match(error.message, /no such user/)
      return true
    })
    await assert.rejects(mailer.send(letter({ to: { address: 'busy@example.com' } })), { code: 'mailer_unavailable' })
    await mailer.send(letter())
    assert.equal(arrived.length, 1, 'the next one is sent all the same')
    await mailer.close()
  })
})

test('a mail that the server does not take is refused for good', () => {
  const options: SMTPServerOptions = {
    onData(stream, _session, done) {
      stream.resume()
      stream.on('end', () => done(Object.assign(new Error('this is spam'), { responseCode: 554 })))
    },
  }
  return withPost(options, async ({ port }) => {
    await assert.rejects(sendOnce(`smtp://localhost:${port}`), { code: 'mailer_refused' })
  })
})

test('a server that is away, or says nothing, is tried again later', async () => {
  await assert.rejects(sendOnce('smtp://127.0.0.1:1'), { code: 'mailer_unavailable' })
  const silent: Server = createServer(() => {})
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  after(() => silent.close())
  const { port } = silent.address() as { port: number }
  const startedMs = performance.now()
  await assert.rejects(sendOnce(`smtp://127.0.0.1:${port}`), { code: 'mailer_unavailable' })
  assert.ok(performance.now() - startedMs < 3_000)
})

test('nothing in a mail is read from a file or an address', () =>
  withPost({}, async ({ port, arrived }) => {
    await sendOnce(`smtp://localhost:${port}`, { text: '/etc/passwd', html: 'file:///etc/passwd' })
    assert.deepEqual([arrived[0]!.text.trim(), arrived[0]!.html.trim()], ['/etc/passwd', 'file:///etc/passwd'])
  }))
