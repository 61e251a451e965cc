import { eq, type Operand, or, type Rule, type RuleScope, role } from 'galley'

interface Bought {
  readonly customer: Operand<string | null>
  readonly guest: Operand<string | null>
}

/** Whoever placed the order: a customer, or the guest whose cart it was. */
export const buyer = ({ row, actor }: RuleScope<Bought>): Rule =>
  or(eq(row.customer, actor.id), eq(row.guest, actor.id))

export const buyerOrStaff = (scope: RuleScope<Bought>): Rule => or(buyer(scope), role('staff'))

/** The same, of a record that belongs to an order. */
export const buyerOfOrderOrStaff = ({ row, actor }: RuleScope<any>): Rule =>
  // any: records of many collections have an order
  buyerOrStaff({ row: row.order, actor })
