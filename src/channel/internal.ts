// The door for sibling rooms: logs that are followed, nodes, how one is found dead, work that outlasts an outage, packed logs.
export { JournalReads } from './hub/journal-reads.ts'
export { HubRegistry } from './hub/registry.ts'
export { Subscription, type StoredItem } from './reader/subscription.ts'
export { isRefusal } from './refusal.ts'
export { persist } from './run/persist.ts'
export { RunNode, type HeldRun } from './run/run-node.ts'
export { isExpired, observe, type Silence } from './run/silence.ts'
export type { LogCodec, LogPacker, PackedRecord } from './packed/log-codec.ts'
