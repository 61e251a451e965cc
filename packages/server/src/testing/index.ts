/** What tests of applications import. */
export { type ActingAs, createTestApp, type TestActor, type TestApp, type TestAppOptions } from './create-test-app.ts'
