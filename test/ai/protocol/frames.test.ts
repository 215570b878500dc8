// What holds for the frames of every protocol, over logs that look random.
import { describe, expect, test } from 'vitest'
import { protocols } from '../../../src/ai/protocol/protocols.ts'
import { encodeEach, encodeLog } from '../../support/chat/encode-log.ts'
import { cutLog, randomLog } from '../../support/chat/random-log.ts'

const seeds = Array.from({ length: 200 }, (_, seed) => seed)
const outcomes = ['failed', 'stopped', 'interrupted'] as const

/** How the answer of each protocol ends, for each outcome. */
const terminals: Readonly<Record<string, RegExp>> = {
  'ui-message': /data: \{"type":"finish","finishReason":"[a-z-]+"\}\n\ndata: \[DONE\]\n\n$/,
  'openai-chat': /data: \[DONE\]\n\n$/,
  'openai-responses': /event: response\.(completed|incomplete|failed)\ndata: [^\n]+\n\n$/,
  anthropic: /event: (message_stop|error)\ndata: [^\n]+\n\n$/,
  'ag-ui': /data: \{"type":"(RUN_FINISHED|RUN_ERROR)"[^\n]+\n\n$/,
  events: /event: run-end\ndata: \{"type":"run-end","outcome":"[a-z]+"\}\n\n$/,
}

describe.each(protocols.filter((protocol) => protocol.isSse))('$name', (protocol) => {
  test('each frame is one line of data, perhaps with a name before it, and no id', () => {
    for (const seed of seeds) {
      for (const frame of encodeEach(protocol, randomLog(seed)).flat()) {
        expect(frame).toMatch(/^(event: [\w.-]+\n)?data: [^\n\r]+\n\n$/)
      }
    }
  })

  test('ends with the terminal frames, however the run ended', () => {
    const terminal = terminals[protocol.name]
    expect(terminal).toBeDefined()
    for (const seed of seeds) {
      const log = randomLog(seed)
      expect(encodeLog(protocol, log)).toMatch(terminal ?? /never^/)
      for (const outcome of outcomes) {
        expect(encodeLog(protocol, cutLog(log, seed % log.length, outcome))).toMatch(terminal ?? /never^/)
      }
    }
  })
})

describe.each(protocols)('$name', (protocol) => {
  test('the same events make the same frames, and those of a part of the log are their beginning', () => {
    for (const seed of seeds) {
      const log = randomLog(seed)
      const frames = encodeEach(protocol, log)
      expect(encodeEach(protocol, randomLog(seed))).toEqual(frames)
      expect(encodeEach(protocol, log.slice(0, seed % log.length))).toEqual(frames.slice(0, seed % log.length))
    }
  })
})
