import { boolean, collection, defineApp, eq, everyone, many, or, reference, role, text } from 'galley'

export const topics = collection('topics', {
  fields: {
    name: text({ max: 100, unique: true }),
    notes: many('notes'),
  },
  rules: { read: everyone(), create: role('editor'), update: role('editor'), delete: role('editor') },
})

export const notes = collection('notes', {
  fields: {
    title: text({ max: 200, search: true }),
    body: text({ max: 10_000, optional: true, search: true }),
    topic: reference('topics'),
    isPublic: boolean({ default: false }),
  },
  rules: {
    // Everyone reads what is public; the rest is for editors.
    read: ({ row, actor }) => or(eq(row.isPublic, true), actor.hasRole('editor')),
    create: role('editor'),
    update: role('editor'),
    delete: role('editor'),
  },
})

export default defineApp({
  name: 'my-app',
  roles: { editor: { description: 'Writes topics and notes.' } },
  collections: [topics, notes],
})
