import { choice, type FeatureRoute, type RouteAnswer, type RouteRequest, route } from '../../plugin.ts'
import { answeredPage, challengePage } from './challenge-page.ts'
import type { PaymentsKit } from './kit.ts'

/** `/dev/payments/…`: challenges of a provider that is not real, for whoever sits at this machine. */
export function rehearsalRoutes({ context, provider }: PaymentsKit): readonly FeatureRoute[] {
  const { rehearsal } = provider
  const { model } = context
  if (rehearsal === undefined) return []
  return [
    route('GET', '/dev/payments/:id', {
      run: async (request) =>
        guarded(request, async () =>
          shown(challengePage(model.name, await rehearsal.findChallenge(request.params.id!))),
        ),
    }),
    route('POST', '/dev/payments/:id', {
      input: { answer: choice(['approve', 'decline']) },
      isFromElsewhere: true,
      run: async (request) =>
        guarded(request, async () => {
          const isApproved = request.input.answer === 'approve'
          const challenge = await rehearsal.answerChallenge(request.params.id!, isApproved)
          if (challenge === undefined) return shown(challengePage(model.name, undefined))
          if (challenge.returnUrl === undefined) return shown(answeredPage(model.name, isApproved))
          return { status: 303, headers: { ...pageHeaders, Location: challenge.returnUrl } }
        }),
    }),
  ]
}

/** A page from elsewhere whose name leads to this machine must not answer for the payer. */
async function guarded({ headers }: RouteRequest, answer: () => Promise<RouteAnswer>): Promise<RouteAnswer> {
  const host = URL.parse(`http://${headers.host ?? ''}`)?.hostname ?? ''
  const isLocal =
    host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
  if (isLocal) return answer()
  return { status: 403, headers: pageHeaders, page: 'Challenges are shown at http://localhost only.' }
}

function shown(page: object): RouteAnswer {
  return { headers: pageHeaders, page: String(page) }
}

// No form-action: the browser would hold it against the redirect that follows, too.
const pageHeaders = {
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
}
