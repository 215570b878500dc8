// bench/codec.mjs in a process of its own: on its core, with a heap that nothing else has filled.
import { run } from '../codec.mjs'
import { answerAsks } from './answer-asks.mjs'

answerAsks({ run })
