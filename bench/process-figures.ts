import { existsSync, readFileSync } from 'node:fs'

const isTold = existsSync('/proc/self/stat')

/** Processor time of a process and its children, all threads, in milliseconds: what other programs do meanwhile does not count. NaN without /proc. */
export function cpuMs(pid: number): number {
  if (!isTold) return Number.NaN
  return sum(familyOf(pid), (member) => {
    const fields = read(`/proc/${member}/stat`).split(') ')[1]!.split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  })
}

/** Resident memory of a process and its children, in MB. NaN without /proc. */
export function residentMb(pid: number): number {
  if (!isTold) return Number.NaN
  return sum(familyOf(pid), (member) => {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${member}/status`))![1]) / 1024)
  })
}

function familyOf(pid: number): readonly number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)
  return [pid, ...children.flatMap(familyOf)]
}

function sum(pids: readonly number[], figure: (pid: number) => number): number {
  return pids.reduce((total, pid) => total + figure(pid), 0)
}

function read(file: string): string {
  return readFileSync(file, 'utf8')
}
