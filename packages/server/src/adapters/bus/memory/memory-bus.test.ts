import { silentLog } from '../../../base/silent-log.ts'
import type { Bus } from '../../../ports/bus.ts'
import { busContract } from '../../../testing/bus.contract.ts'
import { MemoryHub } from './memory-hub.fixture.ts'

busContract('the bus in memory', async () => {
  const hub = new MemoryHub(silentLog)
  const members: Bus[] = []
  return {
    async join() {
      const member = hub.join()
      members.push(member)
      return member
    },
    async close() {
      for (const member of members) await member.close()
    },
  }
})
