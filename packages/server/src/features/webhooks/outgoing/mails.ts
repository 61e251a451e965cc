import { html, mailTemplate, text } from '../../../plugin.ts'

/** To whoever tends the webhooks. */
export const endpointDisabledMail = mailTemplate('webhooks.endpoint-disabled', {
  input: { endpoint: text({ description: 'Its description, or its id.' }), place: text(), reason: text() },
  subject: (_input, { appName }) => `${appName} no longer sends events to an endpoint`,
  html: ({ endpoint, place, reason }) => html`
    <p>Events are no longer sent to the endpoint <b>${endpoint}</b> at ${place}. ${reason}</p>
    <p>When it works again, enable the endpoint and replay what it missed.</p>`,
})
