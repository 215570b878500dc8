// The door for sibling rooms: nodes, how one is found dead, and work that outlasts an outage of the journal.
export { hasCode, isRefusal } from './run/log.ts'
export { persist } from './run/persist.ts'
export { RunNode, type HeldRun } from './run/run-node.ts'
export { isExpired, observe, type Silence } from './run/silence.ts'
// The door for sibling rooms: how logs are packed.
export type { LogCodec, LogPacker, PackedRecord } from './packed/log-codec.ts'
