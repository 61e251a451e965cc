/**
 * Until when BullMQ delays a job that waits in the line of its key. Nothing else is due that late: a moment after it is taken as the one
 * before it.
 */
export const parkedMs = Date.UTC(2100, 0, 1)

/** That moment as BullMQ sorts delayed jobs. */
export const parkedScore = parkedMs * 0x1000
