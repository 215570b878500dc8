// react: hooks for React, over `createChat()` and over any stream of events.
export { useChat, useChatMessage, type UseChat, type UseChatOptions } from './use-chat.ts'
export { useStream, type UseStreamOptions } from './use-stream.ts'
export { useTopic, type TopicData, type TopicSource, type UseTopic, type UseTopicOptions } from './use-topic.ts'
export type { SourceCall, StreamSource, StreamStatus } from './feed.ts'
export type { UseStream } from './use-feed.ts'
export { TidingsError, type ErrorCode } from '../chat/index.ts'
