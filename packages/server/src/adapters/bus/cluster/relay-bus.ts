import { type BusGap, type BusMessage, isBusMessage, type ProcessChannel } from './message.ts'

/** A member that was taken in. */
export interface RelayedMember {
  /** Lets it go. When it has `died` it may have had something to say: the others are told that messages may have been lost. */
  leave(died: boolean): void
}

/** Passes on what each member says to all others; for the process that watches over them. Returns what takes one more member in. */
export function relayBus(): (member: ProcessChannel) => RelayedMember {
  const members = new Set<ProcessChannel>()
  return (member) => {
    const tellOthers = (message: BusMessage | BusGap) => {
      for (const other of members) if (other !== member && other.connected) other.send?.(message, ignore)
    }
    const pass = (message: unknown) => {
      if (isBusMessage(message)) tellOthers(message)
    }
    members.add(member)
    member.on('message', pass)
    return {
      leave(died) {
        member.off('message', pass)
        members.delete(member)
        if (died) tellOthers({ galley: 'bus-gap' })
      },
    }
  }
}

function ignore(): void {} // it has ended meanwhile
