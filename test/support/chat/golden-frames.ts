// The frames of a log as a text to compare: each event with the frames that it makes, and what was lost.
import type { ChatProtocol } from '../../../src/ai/protocol/protocol.ts'
import type { ChatEvent } from '../../../src/chat-model/index.ts'
import { encodeEach, plainOptions } from './encode-log.ts'

/** The frames, under the events that make them. */
export function goldenFrames(protocol: ChatProtocol, log: readonly ChatEvent[]): string {
  const losses: string[] = []
  const onLoss = (type: string, dealt: string): void => void losses.push(`${type} ${dealt}`)
  const frames = encodeEach(protocol, log, { onLoss })
  const blocks = frames.map((made, index) => `# ${log[index]?.type}\n${made.join('')}`)
  return `${blocks.join('\n')}\n# lost: ${losses.join(', ')}\n`
}

/** The whole answer of a run that has not failed. */
export function goldenWhole(protocol: ChatProtocol, log: readonly ChatEvent[]): string {
  return `${JSON.stringify(wholeOf(protocol, log), null, 2)}\n`
}

/** The body of the whole answer. */
export function wholeOf(protocol: ChatProtocol, log: readonly ChatEvent[]): object | undefined {
  const whole = protocol.createWhole?.(plainOptions)
  for (const event of log) whole?.take(event)
  return whole?.body()
}

/** The data of each frame. */
export function dataOf(frames: readonly string[]): readonly { readonly [field: string]: unknown }[] {
  return frames.map((frame) => JSON.parse(frame.replace(/^(event: .*\n)?data: /, '')))
}
