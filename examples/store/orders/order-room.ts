import { mail } from 'galley/mail'
import { payments } from 'galley/payments'
import { onlyAdded } from '../only-added.ts'
import type { Room } from '../room.ts'
import { cancel } from './cancel.ts'
import { cancelRest } from './cancel-rest.ts'
import { checkout } from './checkout.ts'
import { deliver } from './deliver.ts'
import { invoiceFeature } from './invoice-feature.ts'
import { lookUp } from './look-up.ts'
import { orderMails } from './mails.ts'
import { onPayment } from './on-payment.ts'
import { orderPage } from './order-page.ts'
import { paymentProvider } from './payment-provider.ts'
import { refund } from './refund.ts'
import { reorder } from './reorder.ts'
import { receiveReturn, rejectReturn, requestReturn } from './return-goods.ts'
import { ship } from './ship.ts'

/** What is done with orders, for the application to sum up. */
export const orderRoom: Room = {
  actions: [
    checkout,
    cancel,
    cancelRest,
    ship,
    deliver,
    refund,
    requestReturn,
    receiveReturn,
    rejectReturn,
    reorder,
    lookUp,
  ],
  hooks: [onlyAdded('order-events'), onlyAdded('invoices')],
  features: [
    payments({ provider: paymentProvider, staff: 'staff', on: onPayment, returnPath: '/order' }),
    mail({ templates: orderMails }),
    invoiceFeature,
    orderPage,
  ],
}
