import { eq, type Operand, or, type Rule, type RuleScope, role } from 'galley'

interface Shopped {
  readonly customer: Operand<string | null>
  readonly guest: Operand<string | null>
}

/** Whose cart it is: a customer's, or a guest's. */
export const shopper = ({ row, actor }: RuleScope<Shopped>): Rule =>
  or(eq(row.customer, actor.id), eq(row.guest, actor.id))

export const shopperOrStaff = (scope: RuleScope<Shopped>): Rule => or(shopper(scope), role('staff'))
