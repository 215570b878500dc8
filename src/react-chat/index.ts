// react-chat: `<TidingsChat>`, the element `<tidings-chat>` as a component of React.
export { TidingsChat, type TidingsChatProps } from './tidings-chat.ts'
export { TidingsError, type ErrorCode } from '../chat/index.ts'
