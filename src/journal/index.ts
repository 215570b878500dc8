// journal: the contract of event storage, positions in a log, and the journal in this process's memory.
export { checkEvent, checkEvents, defaultRead, fillRead, type ReadLimits } from './event-check.ts'
export { checkFence, type LogState } from './fence.ts'
export {
  noLog,
  type AppendAllOptions,
  type Appended,
  type AppendOptions,
  type Journal,
  type NewEvent,
  type Page,
  type ReadFrom,
  type ReadOptions,
  type StoredEvent,
  type Unwatch,
  type WatchedEvent,
  type Watcher,
} from './journal.ts'
export { memoryJournal, type MemoryJournalOptions } from './memory-journal.ts'
export {
  createEpoch,
  createNonce,
  createSecretEpoch,
  formatPosition,
  parsePosition,
  type Position,
} from './position.ts'
export { checkRetention, defaultRetention, fillRetention, type Retention, type RetentionLimits } from './retention.ts'
export { checkTopic } from './topic-name.ts'
export { TidingsError, type ErrorCode } from '../base/index.ts'
