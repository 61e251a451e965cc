import type { AppDefinition } from 'galley'

/** A part of the shop: what it does, for app.ts to sum up. What it keeps is listed in collections.ts. */
export type Room = Pick<AppDefinition, 'actions' | 'hooks' | 'jobs' | 'audits' | 'features'>
