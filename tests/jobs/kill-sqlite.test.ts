import { killWorkersOn } from './killing.ts'

killWorkersOn('sqlite')
