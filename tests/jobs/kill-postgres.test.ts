import { killWorkersOn } from './killing.ts'

killWorkersOn('postgres')
