// The frames of a log, as a protocol writes them.
import type { ChatProtocol, EncoderOptions } from '../../../src/ai/protocol/protocol.ts'
import type { ChatEvent } from '../../../src/chat-model/index.ts'

/** The options of a route that names none. */
export const plainOptions: EncoderOptions = {
  uiVersion: 6,
  usageInMetadata: false,
  showServerTools: true,
  onLoss: () => undefined,
}

/** The frames of each event of the log. */
export function encodeEach(
  protocol: ChatProtocol,
  log: readonly ChatEvent[],
  options: Partial<EncoderOptions> = {},
): readonly (readonly string[])[] {
  const encoder = protocol.createEncoder({ ...plainOptions, ...options })
  return log.map((event) => encoder.encode(event, JSON.stringify(event)))
}

/** All that is sent for the log. */
export function encodeLog(
  protocol: ChatProtocol,
  log: readonly ChatEvent[],
  options?: Partial<EncoderOptions>,
): string {
  return encodeEach(protocol, log, options).flat().join('')
}
