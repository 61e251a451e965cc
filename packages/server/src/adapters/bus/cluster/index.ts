export { openClusterBus } from './cluster-bus.ts'
export { relayBus } from './relay-bus.ts'
