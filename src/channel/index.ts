// channel: topics that many read at once, and handlers that outlive their reader.
export { Channels, createChannels, type ChannelsOptions, type ReadyOptions } from './channels.ts'
export { TopicEvent } from './frame.ts'
export { Subscription, type SubscribeOptions, type SubscriptionItem } from './subscription.ts'
export { Topic, type Published, type PublishOptions, type TopicOptions } from './topic.ts'
export { TidingsError, type ErrorCode } from '../base/index.ts'
export type { Journal, Retention } from '../journal/index.ts'
export { ControlEvent } from '../sse/index.ts'
