// bench/client.mjs in a process of its own, with a heap that nothing else has filled.
import { measureGrowth, measureRates } from '../client.mjs'
import { answerAsks } from './answer-asks.mjs'

answerAsks({ rates: measureRates, growth: measureGrowth })
