import { eq, type Operand, or, type Rule, type RuleScope, role } from 'galley'

/** A record that belongs to a customer. */
interface Owned {
  readonly customer: Operand<string>
}

/** The customer whose record it is. A customer signs in with the id of their own record. */
export const owner = ({ row, actor }: RuleScope<Owned>): Rule => eq(row.customer, actor.id)

export const ownerOrStaff = (scope: RuleScope<Owned>): Rule => or(owner(scope), role('staff'))

/** A cart or an order. */
interface Bought {
  readonly customer: Operand<string | null>
  readonly guest: Operand<string | null>
}

/** Whose cart or order it is: a customer's, or a guest's. */
export const buyer = ({ row, actor }: RuleScope<Bought>): Rule =>
  or(eq(row.customer, actor.id), eq(row.guest, actor.id))

export const buyerOrStaff = (scope: RuleScope<Bought>): Rule => or(buyer(scope), role('staff'))

/** The same, of a record that belongs to an order. */
export const buyerOfOrderOrStaff = ({ row, actor }: RuleScope<any>): Rule =>
  // any: records of many collections have an order
  buyerOrStaff({ row: row.order, actor })
