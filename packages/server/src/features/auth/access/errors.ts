import { defineErrors } from '../../../plugin.ts'

export const accessErrors = defineErrors('auth', {
  not_yours_to_give: {
    category: 'forbidden',
    message: 'Nobody gives or takes what they do not hold themselves: {what}.',
  },
  grant_unknown: {
    category: 'invalid',
    message: 'There is no role in auth-roles of the id {grant}. Grants are ids of such roles.',
  },
  account_above_you: {
    category: 'forbidden',
    message: 'This account holds what you do not: {what}. Ask somebody who does.',
  },
  not_yourself: { category: 'forbidden', message: 'Nobody disables their own account. Ask another administrator.' },
  impersonated: {
    category: 'forbidden',
    message: 'Only the owner of the account can do this. Stop acting as them first: POST /api/auth/impersonate/stop.',
  },
  impersonation_refused: {
    category: 'forbidden',
    message:
      'You cannot act as this account: it has to be in use, be no administrator, and hold nothing that you do not.',
  },
  not_impersonating: { category: 'conflict', message: 'You are not acting as anybody else.' },
  permission_unknown: { category: 'invalid', message: 'There is no permission {permission}. There are: {known}.' },
  tenant_unknown: { category: 'not_found', message: 'You are not a member of such a tenant.' },
  tenant_role_unknown: { category: 'invalid', message: 'Members cannot be {role}. They can be: {known}.' },
  last_owner: { category: 'conflict', message: 'Somebody has to own it. Make another member {role} first.' },
  invitation_unknown: { category: 'not_found', message: 'There is no such invitation of yours.' },
  invitation_for_another: {
    category: 'forbidden',
    message: 'This invitation is for another e-mail address than that of your account. Sign out, then use it.',
  },
  invitation_needs_sign_in: {
    category: 'unauthenticated',
    message: 'There is an account of this e-mail address already. Sign in with it, then use the invitation.',
  },
  invitation_needs_password: { category: 'invalid', message: 'Choose a password for the new account.' },
  invitation_not_yours: {
    category: 'forbidden',
    message: 'Inviting is for those who manage accounts, and for owners of the tenant they act in.',
  },
})
