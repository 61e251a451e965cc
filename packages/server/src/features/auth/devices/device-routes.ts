import { boolean, type FeatureRoute, instant, job, list, object, route, text } from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import { authErrors } from '../errors.ts'
import type { AuthKit, AuthPart } from '../kit.ts'
import { removeAll } from '../remove-all.ts'
import { requireSession } from '../sessions/require-session.ts'
import { visitorOf } from '../sessions/visitor.ts'
import type { AuthDb } from '../tables.ts'
import { authDevices, deviceLifetimeMs, devicesOf } from './devices.ts'
import { newDeviceInput, newDeviceJob, tellNewDevice } from './tell-new-device.ts'

/** Seeing and forgetting the devices of an account. */
export const devices: AuthPart = {
  collections: [authDevices],
  routes: (kit) => [listRoute(kit), forgetRoute(kit)],
  jobs: (kit) => [job(newDeviceJob, { input: newDeviceInput, run: ({ input }) => tellNewDevice(input, kit) })],
  async tidy({ db, context }) {
    const lastUsedAt = { lt: new Date(context.clock.nowMs() - deviceLifetimeMs).toISOString() }
    await removeAll(devicesOf(db), { lastUsedAt })
  },
}

function listRoute(kit: AuthKit): FeatureRoute {
  const device = {
    id: text(),
    createdAt: instant(),
    lastUsedAt: instant(),
    userAgent: text({ optional: true }),
    isTrusted: boolean({ description: 'Whether no second factor is asked for on it.' }),
  }
  return route<{}, AuthDb>('GET', '/api/auth/devices', {
    summary: 'Devices that this account was signed in on',
    output: { data: list(object(device)) },
    async run(request) {
      const { account } = await requireSession(request, kit)
      const { data } = await devicesOf(kit.db).find({ where: { account: account.id }, sort: '-lastUsedAt', limit: 100 })
      const shown = data.map(({ id, createdAt, lastUsedAt, userAgent, trustedUntil }) => {
        return { id, createdAt, lastUsedAt, userAgent, isTrusted: trustedUntil !== null && trustedUntil > request.now }
      })
      return { body: { data: shown } }
    },
  })
}

function forgetRoute(kit: AuthKit): FeatureRoute {
  return route<{}, AuthDb>('DELETE', '/api/auth/devices/:id', {
    summary: 'Forget a device',
    async run(request) {
      const { account } = await requireSession(request, kit)
      return request.once(async ({ db }) => {
        const device = await devicesOf(db).first({ where: { id: request.params.id!, account: account.id } })
        if (device === undefined) throw authErrors.device_unknown()
        await devicesOf(db).delete(device.id)
        await writeAudit(db, { event: 'device-forgotten', account: account.id, visitor: visitorOf(request, kit) })
        return {}
      })
    },
  })
}
