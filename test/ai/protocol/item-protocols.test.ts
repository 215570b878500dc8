// What holds for OpenAI responses, Anthropic messages and AG-UI, over fixed logs and over those that look random.
import { describe, expect, test } from 'vitest'
import { agUiProtocol } from '../../../src/ai/protocol/ag-ui.ts'
import { anthropicProtocol } from '../../../src/ai/protocol/anthropic.ts'
import { openAiResponsesProtocol } from '../../../src/ai/protocol/openai-responses.ts'
import type { ChatEvent } from '../../../src/chat-model/index.ts'
import { encodeEach, plainOptions } from '../../support/chat/encode-log.ts'
import { fixedLogs } from '../../support/chat/fixed-logs.ts'
import { dataOf, goldenFrames, goldenWhole, wholeOf } from '../../support/chat/golden-frames.ts'
import { cutLog, randomLog } from '../../support/chat/random-log.ts'
import { begun, called, ended } from '../../support/chat/short-log.ts'

const seeds = Array.from({ length: 200 }, (_, seed) => seed)
const outcomes = ['failed', 'stopped', 'interrupted'] as const
const cases = Object.entries(fixedLogs)

/** The type of the last frame, by outcome. */
const terminals = {
  'openai-responses': {
    completed: /^response\.(completed|incomplete)$/,
    stopped: /^response\.incomplete$/,
    failed: /^response\.failed$/,
    interrupted: /^response\.failed$/,
  },
  anthropic: { completed: /^message_stop$/, stopped: /^message_stop$/, failed: /^error$/, interrupted: /^error$/ },
  'ag-ui': {
    completed: /^RUN_FINISHED$/,
    stopped: /^RUN_FINISHED$/,
    failed: /^RUN_ERROR$/,
    interrupted: /^RUN_ERROR$/,
  },
} as const

describe.each([
  { name: 'openai-responses', protocol: openAiResponsesProtocol },
  { name: 'anthropic', protocol: anthropicProtocol },
  { name: 'ag-ui', protocol: agUiProtocol },
] as const)('$name', ({ name, protocol }) => {
  test.each(cases)('writes %s as it always has', async (log, events) => {
    await expect(goldenFrames(protocol, events)).toMatchFileSnapshot(`golden/${name}/${log}.txt`)
  })

  test('each frame is one line of JSON, named after its type where the protocol has names', () => {
    for (const seed of seeds) {
      for (const frame of encodeEach(protocol, randomLog(seed)).flat()) {
        expect(frame).toMatch(name === 'ag-ui' ? /^data: [^\n\r]+\n\n$/ : /^event: [\w.]+\ndata: [^\n\r]+\n\n$/)
        const [, event] = /^event: (.*)\n/.exec(frame) ?? []
        if (event !== undefined) expect(dataOf([frame])[0]?.['type']).toBe(event)
      }
    }
  })

  test('the same events make the same frames, and those of a part of the log are their beginning', () => {
    for (const seed of seeds) {
      const log = randomLog(seed)
      const frames = encodeEach(protocol, log)
      const count = (seed * 7) % log.length
      expect(encodeEach(protocol, randomLog(seed))).toEqual(frames)
      expect(encodeEach(protocol, log.slice(0, count))).toEqual(frames.slice(0, count))
    }
  })

  test('the last frame is the terminal one, and only the last, however the run ended', () => {
    for (const seed of seeds) {
      const log = randomLog(seed)
      const logs = outcomes.map((outcome) => [outcome, cutLog(log, seed % log.length, outcome)] as const)
      for (const [outcome, events] of [['completed', log] as const, ...logs]) {
        const types = dataOf(encodeEach(protocol, events).flat()).map(({ type }) => String(type))
        expect(types.filter((type) => terminals[name][outcome].test(type))).toEqual(types.slice(-1))
      }
    }
  })
})

describe.each([openAiResponsesProtocol, anthropicProtocol])('whole answers of $name', (protocol) => {
  test.each(cases.filter(([name]) => !/failed|interrupted/.test(name)))('of %s', async (name, log) => {
    await expect(goldenWhole(protocol, log)).toMatchFileSnapshot(`golden/${protocol.name}/${name}.whole.json`)
  })
})

test('the frames of a response are numbered from 0 without a hole, and its items in the order of their beginning', () => {
  for (const seed of seeds) {
    for (const log of [randomLog(seed), cutLog(randomLog(seed), 25, 'stopped')]) {
      const frames = dataOf(encodeEach(openAiResponsesProtocol, log).flat())
      expect(frames.map((frame) => frame['sequence_number'])).toEqual(frames.map((_, index) => index))
      const added = frames.filter(({ type }) => type === 'response.output_item.added')
      expect(added.map((frame) => frame['output_index'])).toEqual(added.map((_, index) => index))
    }
  }
})

test('the blocks of an Anthropic message come one at a time, in order, and each is closed', () => {
  for (const seed of seeds) {
    const log = randomLog(seed)
    for (const events of [log, ...outcomes.map((outcome) => cutLog(log, (seed * 3) % log.length, outcome))]) {
      let open: unknown
      let next = 0
      for (const { type, index } of dataOf(encodeEach(anthropicProtocol, events).flat())) {
        if (type === 'content_block_start') {
          expect(open).toBeUndefined()
          expect(index).toBe(next)
          open = index
          next += 1
        } else if (type === 'content_block_delta') expect(index).toBe(open)
        else if (type === 'content_block_stop') {
          expect(index).toBe(open)
          open = undefined
        } else if (type === 'message_delta' || type === 'error') expect(open).toBeUndefined()
      }
    }
  }
})

test('what a second open block says waits for the end of the first, and then comes at once', () => {
  const frames = encodeEach(anthropicProtocol, fixedLogs['parts'] ?? [])
  const types = frames.map((made) => dataOf(made).map(({ type, index }) => `${String(type)} ${String(index)}`))
  const [, , , , , , , start2, , delta2] = types
  expect(start2).toEqual([])
  expect(delta2).toEqual([])
  const end = types.findIndex((made) => made.includes('content_block_start 2'))
  expect(types[end]).toEqual(['content_block_stop 1', 'content_block_start 2', 'content_block_delta 2'])
})

test('no frame of AG-UI has a null outside of what the application gave', () => {
  const own = new Set(['value', 'content', 'delta', 'metadata'])
  for (const seed of seeds) {
    for (const frame of dataOf(encodeEach(agUiProtocol, randomLog(seed)).flat())) {
      for (const [field, value] of Object.entries(frame)) {
        if (!own.has(field)) expect(JSON.stringify(value)).not.toMatch(/(^|:)null/)
      }
    }
  }
})

test('calls of the server are left out of responses where they are not to be shown, and told of as lost', () => {
  const lost = new Set<string>()
  const options = { showServerTools: false, onLoss: (type: string): void => void lost.add(type) }
  const output: ChatEvent = { type: 'tool-output-available', toolCallId: 'c1', output: 20 }
  const log = [...begun, ...called('c1', 'weather', 'server'), output, ...called('c2', 'locate', 'client'), ...ended()]
  const frames = dataOf(encodeEach(openAiResponsesProtocol, log, options).flat())
  const items = frames.filter(({ type }) => type === 'response.output_item.added').map(({ item }) => item)
  expect(items).toMatchObject([{ type: 'function_call', name: 'locate' }])
  expect([...lost]).toEqual(['tool-input-start', 'tool-input-available', 'tool-output-available'])
})

test('a reader that joins AG-UI in the middle gets the beginnings of all that is open', () => {
  const encoder = agUiProtocol.createEncoder(plainOptions)
  expect(encoder.prelude?.()).toEqual([])
  const asked: ChatEvent = { type: 'message-start', id: 'msg_run1', agent: { id: 'critic' } }
  const log = (fixedLogs['stopped'] ?? []).slice(0, -1).map((event) => (event.type === 'message-start' ? asked : event))
  const thinking: ChatEvent = { type: 'reasoning-start', id: 'r1' }
  for (const event of [...log, thinking]) encoder.encode(event, JSON.stringify(event))
  const prelude = dataOf(encoder.prelude?.() ?? [])
  expect(prelude.map(({ type, toolCallId, delta }) => [type, toolCallId, delta].filter(Boolean).join(' '))).toEqual([
    'RUN_STARTED',
    'SUBAGENT_STARTED',
    'STEP_STARTED',
    'TEXT_MESSAGE_START',
    'TOOL_CALL_START c1',
    'TOOL_CALL_ARGS c1 {}',
    'TOOL_CALL_END c1',
    'TOOL_CALL_START c2',
    'TOOL_CALL_ARGS c2 {"exact":',
    'REASONING_START',
    'REASONING_MESSAGE_START',
  ])
})

function weather(name: string, percent: number): ChatEvent {
  return { type: 'data', name, id: 'oslo', data: { percent } }
}

test('two kinds of data with one id are two activities of AG-UI', () => {
  const log = [...begun, weather('rain', 1), weather('snow', 2), weather('rain', 3), weather('snow', 4), ...ended()]
  const frames = dataOf(encodeEach(agUiProtocol, log).flat())
  const activities = frames.filter(({ type }) => type === 'ACTIVITY_SNAPSHOT')
  expect(activities.map(({ messageId, activityType }) => [messageId, activityType])).toEqual([
    ['oslo', 'rain'],
    ['snow-oslo', 'snow'],
    ['oslo', 'rain'],
    ['snow-oslo', 'snow'],
  ])
})

test('a signature that comes with the beginning of thinking is told, and a mended input as it was mended', () => {
  const providerMetadata = { anthropic: { signature: 'c2ln' } }
  const [toolCallId, toolName, executor] = ['c1', 'locate', 'client'] as const
  const log: readonly ChatEvent[] = [
    ...begun,
    { type: 'reasoning-start', id: 'r1', providerMetadata },
    { type: 'reasoning-end', id: 'r1' },
    { type: 'tool-input-start', toolCallId, toolName, executor },
    { type: 'tool-input-delta', toolCallId, inputTextDelta: '{"city":' },
    { type: 'tool-input-available', toolCallId, toolName, executor, input: { city: 'Oslo' } },
    ...ended(),
  ]
  const [thinking] = dataOf(encodeEach(anthropicProtocol, log).flat()).filter(
    ({ type }) => type === 'content_block_delta',
  )
  expect(thinking?.['delta']).toEqual({ type: 'signature_delta', signature: 'c2ln' })
  expect(wholeOf(openAiResponsesProtocol, log)).toMatchObject({ output: [{}, { arguments: '{"city":"Oslo"}' }] })
})

test('errors before the stream have the shape of their protocol', () => {
  const fault = { code: 'busy', message: 'One at a time.', status: 409, requestId: 'q1' } as const
  expect(openAiResponsesProtocol.errorBody(fault)).toEqual({
    error: { message: 'One at a time.', type: 'invalid_request_error', param: null, code: 'busy' },
  })
  expect(anthropicProtocol.errorBody(fault)).toEqual({
    type: 'error',
    error: { type: 'conflict_error', message: 'One at a time.' },
    request_id: 'q1',
  })
  expect(agUiProtocol.errorBody(fault)).toEqual({ code: 'busy', message: 'One at a time.' })
})
