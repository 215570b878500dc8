// The door for sibling rooms: nodes, how one is found dead, work that outlasts an outage of the journal, how logs are packed.
export { hasCode, isRefusal } from './refusal.ts'
export { persist } from './run/persist.ts'
export { RunNode, type HeldRun } from './run/run-node.ts'
export { isExpired, observe, type Silence } from './run/silence.ts'
export type { LogCodec, LogPacker, PackedRecord } from './packed/log-codec.ts'
