import { collection, email, eq, or, role, text } from 'galley'

/** Who works here. Each of them holds the role `staff`; nobody makes such an account for themselves. */
export const staff = collection('staff', {
  fields: {
    name: text({ min: 1, max: 100, trim: true }),
    email: email({ unique: true }),
  },
  rules: {
    read: role('staff'),
    create: role('admin'),
    update: ({ row, actor }) => or(eq(row.id, actor.id), role('admin')),
    delete: role('admin'),
  },
})
