export { createMemoryBus, MemoryHub } from './memory-bus.ts'
