export { type BullmqOptions, openBullmqQueue } from './bullmq-queue.ts'
