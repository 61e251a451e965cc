import {
  choice,
  type FeatureContext,
  type FeatureRoute,
  type Html,
  type RouteAnswer,
  type RouteRequest,
  route,
} from '../../plugin.ts'
import { inboxPage, mailView } from './inbox-page.ts'

/** `/dev/mail`: the mails that were kept instead of sent, for whoever develops the application. */
export function inboxRoutes({ surroundings, mailer, model }: FeatureContext): readonly FeatureRoute[] {
  const { inbox } = mailer
  if (!surroundings.isDevelopment || inbox === undefined) return []
  return [
    route('GET', '/dev/mail', {
      run: async (request) => guarded(request, async () => inboxPage(model.name, await inbox.list(), undefined)),
    }),
    route('GET', '/dev/mail/:id', {
      input: { view: choice(['html', 'text', 'headers'], { default: 'html' }) },
      run: async (request) =>
        guarded(request, async () => {
          const mail = await inbox.find(request.params.id!)
          const list = await inbox.list()
          return inboxPage(model.name, list, mail, mail && mailView(mail, request.input.view))
        }),
    }),
  ]
}

/** A page from elsewhere whose name leads to this machine must not read links that let people in. */
async function guarded(request: RouteRequest, page: () => Promise<Html>): Promise<RouteAnswer> {
  const host = URL.parse(`http://${request.headers.host ?? ''}`)?.hostname ?? ''
  const isLocal =
    host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
  if (!isLocal) return { status: 403, headers: pageHeaders, page: 'Mails are shown at http://localhost only.' }
  return { headers: pageHeaders, page: String(await page()) }
}

/** The mail is shown in a frame without scripts; it has its styles inside. */
const pageHeaders = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'self'; form-action 'none'; frame-ancestors 'none'",
}
