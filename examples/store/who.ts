import { eq, type Operand, or, type Rule, type RuleScope, role } from 'galley'

/** A record that belongs to a customer. */
interface Owned {
  readonly customer: Operand<string>
}

/** The customer whose record it is. A customer signs in with the id of their own record. */
export const owner = ({ row, actor }: RuleScope<Owned>): Rule => eq(row.customer, actor.id)

export const ownerOrStaff = (scope: RuleScope<Owned>): Rule => or(owner(scope), role('staff'))
