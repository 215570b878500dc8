// Child process: bench/codec.mjs, on its own core and with a fresh heap.
import { run } from '../codec.mjs'
import { answerAsks } from './answer-asks.mjs'

answerAsks({ run })
