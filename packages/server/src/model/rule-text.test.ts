import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  and,
  contains,
  endsWith,
  eq,
  everyone,
  gt,
  gte,
  has,
  isNull,
  isSet,
  lt,
  lte,
  ne,
  nobody,
  none,
  not,
  now,
  oneOf,
  or,
  type Rule,
  type RuleScope,
  role,
  ruleFromInput,
  signedIn,
  some,
  startsWith,
} from './rule.ts'
import { ruleText } from './rule-text.ts'

type Make = (scope: RuleScope<any>) => Rule // any: whatever the row

const sayings: readonly (readonly [Make, string])[] = [
  // ── who
  [() => everyone(), 'everyone'],
  [() => nobody(), 'nobody'],
  [() => signedIn(), 'whoever is signed in'],
  [() => not(signedIn()), 'whoever is not signed in'],
  [() => role('staff'), 'staff'],
  [({ actor }) => actor.hasRole('staff', 'manager'), 'staff or manager'],
  [() => not(role('guest')), 'everyone but guest'],
  [({ row, actor }) => eq(row.customer, actor.id), 'whoever is the customer'],
  [({ row, actor }) => eq(actor.id, row.customer), 'whoever is the customer'],
  [({ row, actor }) => eq(row.cart.customer, actor.id), 'whoever is the customer of the cart'],
  [({ row, actor }) => eq(row.id, actor.id), 'whoever is the one it is about'],
  [({ row, actor }) => eq(row.customer.id, actor.id), 'whoever is the customer'],
  [({ row, actor }) => ne(row.createdBy, actor.id), 'whoever is not the created by'],
  [({ row, actor }) => has(row.members, actor.id), 'whoever is among the members'],
  [
    ({ row, actor }) => some(row.memberships, (one) => eq(one.user, actor.id)),
    'whoever is the user of the memberships',
  ],
  [({ row, actor }) => some(row.members, (one) => eq(one.id, actor.id)), 'whoever is one of the members'],

  // ── which records
  [({ row }) => eq(row.status, 'live'), 'everyone, where the status is live'],
  [({ row }) => ne(row.status, 'draft'), 'everyone, where the status is not draft'],
  [({ row }) => oneOf(row.status, ['live', 'sold']), 'everyone, where the status is live or sold'],
  [({ row }) => not(oneOf(row.status, [])), 'everyone, where the status is not nothing'],
  [({ row }) => eq(row.isPublic, true), 'everyone, where it is public'],
  [({ row }) => eq(row.author.pinned, false), 'everyone, where the author is not pinned'],
  [({ row }) => isNull(row.deletedAt), 'everyone, where the deleted at is not set'],
  [({ row }) => isSet(row.order.paidAt), 'everyone, where the paid at of the order is set'],
  [({ row }) => lte(row.publishedAt, now()), 'everyone, where the published at is at most now'],
  [({ row }) => gt(row.stock, row.reserved), 'everyone, where the stock is more than the reserved'],
  [
    ({ row }) => not(lt(row.price, { amount: 5, currency: 'EUR' })),
    'everyone, where the price is not less than {"amount":5,"currency":"EUR"}',
  ],
  [
    ({ row }) => and(startsWith(row.code, 'A'), not(endsWith(row.code, 'Z')), contains(row.code, '-')),
    'everyone, where the code begins with A and the code does not end with Z and the code contains -',
  ],
  [({ row }) => has(row.tags, 'open'), 'everyone, where the tags has open'],
  [
    ({ row }) => some(row.reviews, (review) => gte(review.stars, 4)),
    'everyone, where for one of the reviews the stars is at least 4',
  ],
  [
    ({ row }) => none(row.product.orderItems, () => everyone()),
    'everyone, where there is none of the order items of the product',
  ],

  // ── both
  [({ row, actor }) => or(role('staff'), eq(row.customer, actor.id)), 'staff, or whoever is the customer'],
  [
    ({ row, actor }) => or(eq(row.status, 'live'), eq(row.owner, actor.id), role('staff')),
    'everyone, where the status is live, or whoever is the owner, or staff',
  ],
  [
    ({ row, actor }) => and(eq(row.customer, actor.id), eq(row.status, 'open')),
    'whoever is the customer, where the status is open',
  ],
  [
    ({ row }) => and(role('staff'), eq(row.status, 'open'), isNull(row.closedAt)),
    'staff, where the status is open and the closed at is not set',
  ],
  [({ row, actor }) => and(role('staff'), not(eq(row.author, actor.id))), 'whoever is staff and is not the author'],
  [
    ({ row, actor }) => and(signedIn(), or(eq(row.owner, actor.id), eq(row.isOpen, true))),
    'whoever is signed in, where the owner is who asks or it is open',
  ],
  [
    ({ row, actor }) => not(and(eq(row.owner, actor.id), role('guest'))),
    'everyone, where not (the owner is who asks and who asks is guest)',
  ],
  [
    ({ row, actor }) =>
      some(row.product.orderItems, (item) =>
        and(eq(item.order.customer, actor.id), ne(item.order.status, 'cancelled')),
      ),
    'everyone, where for one of the order items of the product (the customer of the order is who asks and the status of the order is not cancelled)',
  ],

  // ── what adds nothing is not said
  [({ row }) => or(everyone(), eq(row.status, 'live')), 'everyone'],
  [({ row }) => and(nobody(), eq(row.status, 'live')), 'nobody'],
  [() => and(everyone(), or(nobody(), role('staff'))), 'staff'],
  [() => and(), 'everyone'],
  [() => or(), 'nobody'],
  [() => not(not(role('staff'))), 'staff'],
  [() => not(everyone()), 'nobody'],
  [() => or(role('a'), or(role('b'), role('c'))), 'a, or b, or c'],
]

for (const [make, text] of sayings) test(text, () => assert.equal(ruleText(ruleFromInput(make)), text))
