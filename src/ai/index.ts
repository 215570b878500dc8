// ai: chat routes, whose one handler answers the clients of seven protocols.
export type { ChatEncoder, ChatFault, ChatProtocol, EncoderOptions, WholeAnswer } from './protocol/protocol.ts'
export { protocols } from './protocol/protocols.ts'
