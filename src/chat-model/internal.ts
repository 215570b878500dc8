// The parts of room chat-model that other rooms build on: how what is yielded becomes a log.
export { ChatFailure } from './chat-failure.ts'
export { joinDelta } from './join-delta.ts'
export { isMade, markMade } from './lift/made.ts'
export { describeUnknown, refusedYield } from './lift/refused.ts'
export { SourceLifter } from './lift/source-lifter.ts'
export { Normaliser, type NormaliserOptions } from './normaliser.ts'
