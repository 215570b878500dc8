// ai-stores: the stores of other packages for streams that can be resumed, over a journal.
export {
  assistantStore,
  type AssistantAcquireOptions,
  type AssistantAcquisition,
  type AssistantLease,
  type AssistantStore,
} from './assistant.ts'
export { mcpEventStore, type McpEventStore, type McpEventStores, type McpReplay, type McpStoredMessage } from './mcp.ts'
export { resumableStreams, type ResumableStreams, type ResumableStreamsOptions } from './resumable.ts'
export type { StoreOptions } from './options.ts'
export {
  tanstackDurability,
  type TanstackDurability,
  type TanstackDurabilityFactory,
  type TanstackDurabilityOptions,
  type TanstackEntry,
  type TanstackRun,
} from './tanstack.ts'
export { TidingsError, type ErrorCode } from '../base/index.ts'
export type { Journal } from '../journal/index.ts'
