import { defineApp } from 'galley'
import { auth } from 'galley/auth'
import { auditRoom } from './audit/audit-room.ts'
import { cartRoom } from './carts/cart-room.ts'
import { catalogueRoom } from './catalogue/catalogue-room.ts'
import { collections } from './collections.ts'
import { customerRoom } from './customers/customer-room.ts'
import { customers } from './customers/customers.ts'
import { integrationRoom } from './integrations/integration-room.ts'
import { orderRoom } from './orders/order-room.ts'
import { reportRoom } from './reports/report-room.ts'
import type { Room } from './room.ts'
import { staff } from './staff.ts'
import { stockRoom } from './stock/stock-room.ts'

const rooms: readonly Room[] = [
  catalogueRoom,
  cartRoom,
  stockRoom,
  orderRoom,
  customerRoom,
  reportRoom,
  auditRoom,
  integrationRoom,
]

export default defineApp({
  name: 'Harbour & Hearth',
  description: 'Coffee, tea, and good tools for small kitchens.',
  collections,
  actions: rooms.flatMap(({ actions = [] }) => actions),
  hooks: rooms.flatMap(({ hooks = [] }) => hooks),
  jobs: rooms.flatMap(({ jobs = [] }) => jobs),
  audits: rooms.flatMap(({ audits = [] }) => audits),
  features: [
    auth({
      accounts: [
        { collection: customers, register: ['name', 'phone'] },
        { collection: staff, invited: ['name'], roles: ['staff'], requireMfa: ['admin'] },
      ],
      managers: ['admin'],
      firstAdministrator: { role: 'admin', accounts: 'staff' },
    }),
    ...rooms.flatMap(({ features = [] }) => features),
  ],
  roles: {
    guest: { description: 'Somebody who has not signed in, with the secret of a cart.' },
    staff: { description: 'Packs parcels, looks after stock, customers and reviews.' },
    manager: { description: 'Decides what is sold, and for how much.', includes: ['staff'] },
    admin: { description: 'May delete what others may only retire.', includes: ['manager'] },
  },
  settings: { limits: { bodyBytes: 64 * 1024 } }, // the largest thing a customer sends is a review
})

/** What the shop is filled with when it is started for the first time with `--seed`. */
export { seed } from './seed/index.ts'
