/** What whoever writes an adapter imports: the promises of each port as tests, to be run by `node --test`. */
export { busContract, type TestBuses } from './bus.contract.ts'
export { fileStoreContract, type TestFileStore } from './file-store.contract.ts'
export { type ArrivedMail, mailerContract, type TestMailer } from './mailer.contract.ts'
export { paymentsContract, type TestProvider } from './payments.contract.ts'
export { queueContract, type TestQueue } from './queue.contract.ts'
