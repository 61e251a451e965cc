import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { GalleyError } from '../base/error.ts'
import type { Mail, Mailer } from '../ports/mailer.ts'

/** A mail as it has arrived. */
export interface ArrivedMail {
  readonly messageId: string
  /** Everybody it was handed to. */
  readonly recipients: readonly string[]
  readonly from: { readonly address: string; readonly name: string | undefined }
  readonly to: { readonly address: string; readonly name: string | undefined }
  readonly replyTo: string | undefined
  readonly subject: string
  readonly text: string
  readonly html: string
  header(name: string): string | undefined
}

/** A mailer, and the place where its mails arrive. */
export interface TestMailer {
  readonly mailer: Mailer
  /** In any order. */
  arrived(): Promise<readonly ArrivedMail[]>
  close(): Promise<void>
}

/**
 * Registers the tests that every adapter of the `Mailer` port passes: one for each sentence of its contract.
 *
 * @param open  opens a place without mails each time; the test closes it.
 */
export function mailerContract(name: string, open: () => Promise<TestMailer>): void {
  const promise = (sentence: string, prove: (place: TestMailer) => Promise<void>) =>
    test(sentence, async () => {
      const place = await open()
      try {
        await prove(place)
      } finally {
        await place.mailer.close()
        await place.close()
      }
    })

  describe(`${name} keeps the contract of a mailer`, () => {
    promise('a mail whose sending has resolved has arrived', async ({ mailer, arrived }) => {
      await mailer.send(
        letter({ replyTo: { address: 'help@shop.example' }, headers: { 'Auto-Submitted': 'auto-generated' } }),
      )
      const [mail, ...others] = await arrived()
      assert.equal(others.length, 0)
      assert.equal(mail!.messageId, '1@shop.example')
      assert.deepEqual(mail!.from, { address: 'no-reply@shop.example', name: 'Tea Shop' })
      assert.deepEqual(mail!.to, { address: 'ada@example.com', name: undefined })
      assert.equal(mail!.replyTo, 'help@shop.example')
      assert.equal(mail!.header('Auto-Submitted'), 'auto-generated')
    })

    promise('subject and bodies arrive as they were given', async ({ mailer, arrived }) => {
      const long = 'Zoë’s naïve café ☕ 茶 '.repeat(200)
      const text = `${long}\n.\n..\nFrom here =20 and =3D\n\ttab`
      const html = `<p>${long}</p>\n.\n<a href="https://shop.example/?a=1&amp;b=${'x'.repeat(2_000)}">=</a>`
      const subject = `${'Ihre Bestellung № 42 ☕ '.repeat(8)}end`
      await mailer.send(
        letter({ subject, text, html, from: { address: 'a@shop.example', name: 'Zoë "the" 茶, Shop' } }),
      )
      const [mail] = await arrived()
      assert.equal(mail!.subject, subject)
      assert.equal(mail!.text.trimEnd(), text)
      assert.equal(mail!.html.trimEnd(), html)
      assert.equal(mail!.from.name, 'Zoë "the" 茶, Shop')
    })

    promise('a mail goes to the one address of it and to nobody else', async ({ mailer, arrived }) => {
      const sneaky = 'x <eve@evil.example>, Bcc: eve@evil.example'
      await mailer.send(
        letter({ subject: sneaky, to: { address: 'ada@example.com', name: sneaky }, headers: { 'X-Note': sneaky } }),
      )
      const [mail] = await arrived()
      assert.deepEqual(mail!.recipients, ['ada@example.com'])
      assert.equal(mail!.subject, sneaky)
    })

    promise('a mail with a line break where it could add a header is refused', async ({ mailer, arrived }) => {
      const breaks = ['\r\n', '\n', '\r', '\0', '\u2028']
      for (const sign of breaks) {
        const bad = `a${sign}Bcc: eve@evil.example`
        for (const change of [
          { subject: bad },
          { to: { address: `ada@example.com${sign}` } },
          { to: { address: 'ada@example.com', name: bad } },
          { from: { address: 'no-reply@shop.example', name: bad } },
          { replyTo: { address: 'a@b.example', name: bad } },
          { headers: { 'X-Note': bad } },
          { headers: { [`X-Note${sign}Bcc`]: 'eve@evil.example' } },
          { messageId: bad },
        ])
          await assert.rejects(mailer.send(letter(change)), isError('mailer_unsafe'), JSON.stringify(change))
      }
      assert.deepEqual(await arrived(), [])
    })

    promise('what is not one address is refused', async ({ mailer, arrived }) => {
      for (const address of [
        '',
        'ada',
        'ada@',
        '@x',
        'a@b.example,c@d.example',
        'a b@c.example',
        '<a@b.example>',
        'a@b@c',
        `${'a'.repeat(250)}@b.example`,
      ])
        await assert.rejects(mailer.send(letter({ to: { address } })), isError('mailer_unsafe'), address)
      assert.deepEqual(await arrived(), [])
    })

    promise('mails that are sent at the same time all arrive, each once', async ({ mailer, arrived }) => {
      const ids = Array.from({ length: 40 }, (_, index) => `${index}@shop.example`)
      await Promise.all(ids.map((messageId) => mailer.send(letter({ messageId, subject: messageId }))))
      assert.deepEqual((await arrived()).map((mail) => mail.messageId).sort(), ids.toSorted())
    })

    promise('after closing nothing is sent, and what was under way is finished', async ({ mailer, arrived }) => {
      await mailer.send(letter({ messageId: '1@shop.example' }))
      const underWay = mailer.send(letter({ messageId: '2@shop.example' }))
      await new Promise((resolve) => setImmediate(resolve))
      await mailer.close()
      await underWay
      await mailer.close()
      await assert.rejects(mailer.send(letter()), isError('mailer_closed'))
      assert.equal((await arrived()).length, 2)
    })
  })
}

/** A mail to send, changed as a test needs it. */
export function letter(change: Partial<Mail> = {}): Mail {
  return {
    messageId: '1@shop.example',
    from: { address: 'no-reply@shop.example', name: 'Tea Shop' },
    to: { address: 'ada@example.com' },
    subject: 'Your order',
    text: 'It is on its way.',
    html: '<p>It is on its way.</p>',
    ...change,
  }
}

function isError(code: string) {
  return (error: unknown) => error instanceof GalleyError && error.code === code
}
