import type { ChainableCommander, Redis } from 'ioredis'

/** What happens at once or not at all, where BullMQ has no word for it. Each takes its keys first; see `defineScripts`. */
const scripts = {
  /** Before BullMQ adds a job: whether it will be stored. Then it is listed, and waits in the line of its key. */
  galleyAnnounce: {
    numberOfKeys: 6, // job, its deduplication, index, names, line, lines
    lua: `
      local id, name, isUnique, key, place = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
      if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
      if isUnique == '1' and redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
      redis.call('ZADD', KEYS[3], 0, id .. ' ' .. name)
      redis.call('SADD', KEYS[4], name)
      if key ~= '' then
        redis.call('RPUSH', KEYS[5], place)
        redis.call('SADD', KEYS[6], key)
      end
      return 1`,
  },

  /** Lets the first of a line go, once those before it have ended. */
  galleyAdvance: {
    numberOfKeys: 3, // line, lines, delayed
    lua: `
      local jobs, key, parked = ARGV[1], ARGV[2], tonumber(ARGV[3])
      while true do
        local place = redis.call('LINDEX', KEYS[1], 0)
        if not place then
          redis.call('SREM', KEYS[2], key)
          return 0
        end
        local id, due = string.match(place, '^(%S+) (%S+)$')
        if redis.call('EXISTS', jobs .. id) == 0 or redis.call('HEXISTS', jobs .. id, 'finishedOn') == 1 then
          redis.call('LPOP', KEYS[1])
        else
          local score = redis.call('ZSCORE', KEYS[3], id)
          if not score or tonumber(score) < parked then return 0 end
          redis.call('ZADD', KEYS[3], string.format('%.0f', tonumber(due) * 4096), id)
          redis.call('HSET', jobs .. id, 'due', due)
          return 1
        end
      end`,
  },

  /**
   * Takes back what is held by nobody any more, and tells what could be claimed: how many wait outside of any order, priority, due and
   * id of the others, when the next is due, and in how many milliseconds the first hold is over. And what nobody holds any more and was
   * cancelled: that is left where it is.
   */
  galleyLook: {
    numberOfKeys: 4, // active, prioritized, wait, delayed
    lua: `
      local jobs, now, limit, parked = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
      local cancelled, firstOver = {}, -1
      local function takeBack(id)
        redis.call('LREM', KEYS[1], 1, id)
        redis.call('HINCRBY', jobs .. id, 'stc', 1)
        local priority = tonumber(redis.call('HGET', jobs .. id, 'priority')) or 0
        redis.call('ZADD', KEYS[2], string.format('%.0f', priority * 4294967296), id)
      end
      for _, id in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
        local left = redis.call('PTTL', jobs .. id .. ':lock')
        if left >= 0 then
          if firstOver < 0 or left < firstOver then firstOver = left end
        elseif redis.call('HEXISTS', jobs .. id, 'cancel') == 1 then
          table.insert(cancelled, id)
        else
          takeBack(id)
        end
      end
      local found = {}
      local function tell(id)
        local facts = redis.call('HMGET', jobs .. id, 'priority', 'due', 'timestamp')
        table.insert(found, (facts[1] or '0') .. ' ' .. (facts[2] or facts[3] or '0') .. ' ' .. id)
      end
      for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, limit - 1)) do tell(id) end
      local nowScore = string.format('%.0f', (now + 1) * 4096 - 1)
      local due = redis.call('ZRANGEBYSCORE', KEYS[4], 0, nowScore, 'WITHSCORES', 'LIMIT', 0, limit)
      for index = 1, #due, 2 do
        redis.call('HSET', jobs .. due[index], 'due', string.format('%.0f', math.floor(tonumber(due[index + 1]) / 4096)))
        tell(due[index])
      end
      local later = redis.call('ZRANGEBYSCORE', KEYS[4], '(' .. nowScore, '(' .. parked, 'WITHSCORES', 'LIMIT', 0, 1)
      return { redis.call('LLEN', KEYS[3]), found, later[2] or '', cancelled, firstOver }`,
  },

  /** Makes the fencing token of a claim the one that BullMQ asks for. From now on another job with the same unique key may be added. */
  galleyAdopt: {
    numberOfKeys: 3, // job, lock, its deduplication
    lua: `
      if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
      redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
      if redis.call('GET', KEYS[3]) == ARGV[4] then redis.call('DEL', KEYS[3]) end
      redis.call('HDEL', KEYS[1], 'cancel')
      return 1`,
  },

  /** Marks a job that is held as one to be stopped. */
  galleyMark: {
    numberOfKeys: 2, // job, lock
    lua: `
      if redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
      redis.call('HSET', KEYS[1], 'cancel', '1')
      return 1`,
  },

  /** Lets a dead job wait again as if it had never failed, at the end of its line. Its fencing token goes on. */
  galleyRevive: {
    numberOfKeys: 6, // failed, delayed, job, kept, line, lines
    lua: `
      local id, now, key, parked = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
      if redis.call('ZREM', KEYS[1], id) == 0 then return 0 end
      redis.call('ZREM', KEYS[4], id)
      redis.call('HDEL', KEYS[3], 'finishedOn', 'processedOn', 'failedReason', 'stacktrace', 'returnvalue', 'cancel')
      redis.call('HSET', KEYS[3], 'atm', 0, 'stc', 0, 'due', now)
      if key == '' then
        redis.call('ZADD', KEYS[2], string.format('%.0f', tonumber(now) * 4096), id)
      else
        redis.call('RPUSH', KEYS[5], id .. ' ' .. now)
        redis.call('SADD', KEYS[6], key)
        redis.call('ZADD', KEYS[2], parked, id)
      end
      return 1`,
  },

  /** How many wait, run, are done, dead and cancelled. */
  galleyCount: {
    numberOfKeys: 7, // wait, prioritized, delayed, active, completed, failed, cancelled
    lua: `
      local held, active = 0, redis.call('LRANGE', KEYS[4], 0, -1)
      for _, id in ipairs(active) do held = held + redis.call('EXISTS', ARGV[1] .. id .. ':lock') end
      local waiting = redis.call('LLEN', KEYS[1]) + redis.call('ZCARD', KEYS[2]) + redis.call('ZCARD', KEYS[3])
      local cancelled = redis.call('ZCARD', KEYS[7])
      return { waiting + #active - held, held, redis.call('ZCARD', KEYS[5]) - cancelled, redis.call('ZCARD', KEYS[6]), cancelled }`,
  },
} as const

export type ScriptName = keyof typeof scripts

/** Makes the scripts known to a connection. */
export function defineScripts(redis: Redis): void {
  for (const [name, script] of Object.entries(scripts)) redis.defineCommand(name, script)
}

/** Runs a script of a connection that knows it. */
export async function run<T>(redis: Redis, name: ScriptName, ...args: readonly (string | number)[]): Promise<T> {
  return (redis as unknown as Commands)[name](...args) as Promise<T>
}

/** Adds a script to a transaction or pipeline. */
export function queueUp(batch: ChainableCommander, name: ScriptName, ...args: readonly (string | number)[]): void {
  ;(batch as unknown as Commands)[name](...args)
}

type Commands = Readonly<Record<ScriptName, (...args: readonly (string | number)[]) => unknown>>
