// channel: topics with many readers, and handlers that outlive their readers.
export {
  Channels,
  createChannels,
  type ChannelsOptions,
  type ChannelsStatus,
  type FollowedLog,
  type ReadyOptions,
} from './channels.ts'
export type { ErrorPlace } from './error-place.ts'
export { TopicEvent } from './hub/frame.ts'
export type { ChannelObserver, Healing, JournalCall, MissedEvents, ObservedRun } from './observe/observer.ts'
export type { Member } from './presence/member.ts'
export {
  createPresence,
  Presence,
  PresenceSubscription,
  type PresenceOptions,
  type PresenceReadOptions,
} from './presence/presence.ts'
export { PresenceEvent, type PresenceItem, type PresenceList, type PresenceStatus } from './presence/presence-event.ts'
export { RunEndedError, type RunEndReason } from './run-end.ts'
export { Runs, type Admit, type RunResumed } from './run/runs.ts'
export type { RunsOptions } from './run/runs-options.ts'
export {
  Subscription,
  type Attendance,
  type StoredItem,
  type SubscribeOptions,
  type SubscriptionItem,
} from './reader/subscription.ts'
export { lastEventIdOf, toResponse, type ResponseOptions } from './to-response.ts'
export { Topic, type Published, type PublishOptions, type TopicOptions } from './topic.ts'
export { TidingsError, type ErrorCode } from '../base/index.ts'
export type { Journal, Retention } from '../journal/index.ts'
export type { Input, Schema } from '../schema/index.ts'
export { ControlEvent } from '../sse/index.ts'
