// Child process: bench/client.mjs, with a fresh heap.
import { measureGrowth, measureRates } from '../client.mjs'
import { answerAsks } from './answer-asks.mjs'

answerAsks({ rates: measureRates, growth: measureGrowth })
