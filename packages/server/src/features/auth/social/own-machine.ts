/** Whether the address is `http:` on this machine: for developers and tests, where nobody listens on the way. */
export function isOnOwnMachine({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
}
