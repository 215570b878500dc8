// react: hooks for React, over `createChat()` and over any stream of events.
export { useChat, useChatMessage, type UseChat, type UseChatOptions } from './use-chat.ts'
export { useStream, type UseStream, type UseStreamOptions, type StreamSource, type StreamStatus } from './use-stream.ts'
export { TidingsError, type ErrorCode } from '../chat/index.ts'
