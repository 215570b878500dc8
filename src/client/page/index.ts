// client/page: reconnects a stream at once when its page comes back.
export { reconnectOnPageEvents, type Reconnectable } from './reconnect.ts'
