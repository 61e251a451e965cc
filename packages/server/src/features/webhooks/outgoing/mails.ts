import { html, mailTemplate, text } from '../../../plugin.ts'

/** To whoever tends the webhooks. */
export const endpointDisabledMail = mailTemplate('webhooks.endpoint-disabled', {
  input: { url: text({ max: 2_000 }), reason: text() },
  subject: (_input, { appName }) => `${appName} no longer sends events to an endpoint`,
  html: ({ url, reason }) => html`
    <p>Events are no longer sent to <b>${url}</b>. ${reason}</p>
    <p>When it works again, enable the endpoint and replay what it missed.</p>`,
})
