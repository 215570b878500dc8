import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChatFold, type ChatEvent, type ChatMessage, type ChatPart } from '../../src/chat-model/index.ts'
import { logOf, sayings } from './random-drafts.ts'

const runStart: ChatEvent = { type: 'run-start', wire: 1, runId: 'R', chatId: 'c', protocol: 'events', at: 0 }
const start: ChatEvent = { type: 'message-start', id: 'm' }
const end: ChatEvent = { type: 'message-end', id: 'm', reason: 'stop' }
const part = (id: string): ChatEvent => ({ type: 'text-start', id })
const delta = (id: string, delta: string): ChatEvent => ({ type: 'text-delta', id, delta })
const call: ChatEvent = { type: 'tool-input-start', toolCallId: 'c', toolName: 'weather', executor: 'server' }
const input = (inputTextDelta: string): ChatEvent => ({ type: 'tool-input-delta', toolCallId: 'c', inputTextDelta })
const available: ChatEvent = {
  type: 'tool-input-available',
  toolCallId: 'c',
  toolName: 'weather',
  input: { city: 'Oslo' },
  executor: 'server',
}

function fold(events: readonly ChatEvent[], messages: readonly ChatMessage[] = []): ChatFold {
  const folded = new ChatFold(messages)
  for (const event of events) folded.take(event)
  return folded
}

/** The parts of the only message that events come to. */
function partsOf(...events: readonly ChatEvent[]): readonly ChatPart[] {
  const { messages } = fold([runStart, start, ...events])
  expect(messages).toHaveLength(1)
  return messages[0]?.parts ?? []
}

const head = { type: 'dynamic-tool', toolName: 'weather', toolCallId: 'c' } as const

const output = (output: number, preliminary?: boolean): ChatEvent => ({
  type: 'tool-output-available',
  toolCallId: 'c',
  output,
  ...(preliminary === undefined ? {} : { preliminary }),
})

const data = (name: string, data: number, rest: object = {}): ChatEvent => ({ type: 'data', name, data, ...rest })

const metadata = (text: string): ChatEvent => ({ type: 'message-metadata', metadata: JSON.parse(text) })

describe('text', () => {
  it('is streaming until its end', () => {
    expect(partsOf(part('t1'), delta('t1', 'a'))).toEqual([{ type: 'text', text: 'a', state: 'streaming' }])
    expect(partsOf(part('t1'), delta('t1', 'a'), delta('t1', 'b'), { type: 'text-end', id: 't1' })).toEqual([
      { type: 'text', text: 'ab', state: 'done' },
    ])
  })

  it('stands in the order in which its parts began, and a refusal is text', () => {
    const events: readonly ChatEvent[] = [
      part('t1'),
      { type: 'reasoning-start', id: 'r1' },
      { type: 'refusal-start', id: 'f1' },
      { type: 'refusal-delta', id: 'f1', delta: 'no' },
      { type: 'reasoning-delta', id: 'r1', delta: 'why' },
      delta('t1', 'a'),
    ]
    expect(partsOf(...events).map((part) => ('text' in part ? [part.type, part.text] : []))).toEqual([
      ['text', 'a'],
      ['reasoning', 'why'],
      ['text', 'no'],
    ])
  })

  it('is taken without a start, as a reader who joins late may see it', () => {
    expect(fold([delta('t1', 'a')]).messages[0]?.parts).toEqual([{ type: 'text', text: 'a', state: 'streaming' }])
  })
})

describe('a tool call', () => {
  it('has the input so far while it streams in', () => {
    expect(partsOf(call)).toEqual([{ ...head, state: 'input-streaming', input: undefined }])
    expect(partsOf(call, input('{"city":"Os'))).toEqual([{ ...head, state: 'input-streaming', input: { city: 'Os' } }])
    expect(partsOf(call, input('{"city":"Os'), available)).toEqual([
      { ...head, state: 'input-available', input: { city: 'Oslo' } },
    ])
  })

  it('has its input as text where it is none of JSON', () => {
    const events: readonly ChatEvent[] = [{ ...call, inputEncoding: 'text' } as const, input('{"a'), input('b')]
    expect(partsOf(...events)).toEqual([{ ...head, state: 'input-streaming', input: '{"ab' }])
  })

  it('has the last output: preliminary ones replace each other', () => {
    const done = { ...head, state: 'output-available', input: { city: 'Oslo' } }
    expect(partsOf(available, output(1, true), output(2, true))).toEqual([{ ...done, output: 2, preliminary: true }])
    expect(partsOf(available, output(1, true), output(3))).toEqual([{ ...done, output: 3 }])
  })

  it('has its errors', () => {
    const failed = { ...head, state: 'output-error', errorText: 'no' }
    expect(partsOf(available, { type: 'tool-output-error', toolCallId: 'c', errorText: 'no' })).toEqual([
      { ...failed, input: { city: 'Oslo' } },
    ])
    const error = { type: 'tool-input-error', toolCallId: 'c', toolName: 'weather', executor: 'server' } as const
    expect(partsOf(call, input('{"'), { ...error, input: '{"', errorText: 'no' })).toEqual([{ ...failed, input: '{"' }])
  })

  it('keeps its title and whether its provider ran it', () => {
    const output: ChatEvent = { type: 'tool-output-available', toolCallId: 'c', output: 1 }
    expect(partsOf({ ...call, title: 'Weather', executor: 'provider' }, output)).toMatchObject([
      { title: 'Weather', providerExecuted: true, state: 'output-available' },
    ])
  })

  it('is approved or denied', () => {
    const ask: ChatEvent = { type: 'tool-approval-request', toolCallId: 'c', approvalId: 'a', reason: 'costs' }
    const say: ChatEvent = { type: 'tool-approval-response', approvalId: 'a', approved: false, reason: 'no' }
    const denied: ChatEvent = { type: 'tool-output-denied', toolCallId: 'c' }
    const approval = { id: 'a', requestReason: 'costs' }
    const given = { ...head, input: { city: 'Oslo' } }
    expect(partsOf(available, ask)).toEqual([{ ...given, state: 'approval-requested', approval }])
    const said = { ...approval, approved: false, reason: 'no' }
    expect(partsOf(available, ask, say)).toEqual([{ ...given, state: 'approval-responded', approval: said }])
    expect(partsOf(available, ask, say, denied)).toEqual([{ ...given, state: 'output-denied', approval: said }])
  })

  it('of the message that is continued goes on there', () => {
    const before: ChatMessage = {
      id: 'm',
      role: 'assistant',
      parts: [
        { type: 'text', text: 'a' },
        { ...head, state: 'input-available', input: 1 },
      ],
    }
    const output: ChatEvent = { type: 'tool-output-available', toolCallId: 'c', output: 2 }
    const { messages } = fold([runStart, start, output, part('t1')], [before])
    expect(messages).toEqual([
      {
        id: 'm',
        role: 'assistant',
        parts: [
          { type: 'text', text: 'a' },
          { ...head, state: 'output-available', input: 1, output: 2 },
          { type: 'text', text: '', state: 'streaming' },
        ],
      },
    ])
    expect(messages[0]?.parts[0]).toBe(before.parts[0])
    expect(before.parts).toHaveLength(2)
  })
})

describe('the rest of a message', () => {
  it('has data that replaces the earlier of the same name and id, and no transient data', () => {
    const events = [
      data('a', 1, { id: 'x' }),
      data('b', 2, { id: 'x' }),
      data('a', 3),
      data('a', 4, { id: 'x' }),
      data('a', 5, { transient: true }),
      data('a', 6),
    ]
    expect(partsOf(...events)).toEqual([
      { type: 'data-a', id: 'x', data: 4 },
      { type: 'data-b', id: 'x', data: 2 },
      { type: 'data-a', data: 3 },
      { type: 'data-a', data: 6 },
    ])
  })

  it('has what is cited among its sources, once', () => {
    const url = { kind: 'url', url: 'https://a.example', title: 'A' } as const
    const document = { kind: 'document', mediaType: 'text/plain', title: 'B', filename: 'b.txt' } as const
    const cite = (source: typeof url | typeof document): ChatEvent => ({ type: 'citation', partId: 't1', source })
    const known: ChatEvent = { type: 'source', id: 's1', source: { kind: 'url', url: 'https://b.example' } }
    const again: ChatEvent = { type: 'citation', partId: 't1', source: { kind: 'url', url: 'https://b.example' } }
    expect(partsOf(known, again, cite(url), cite(document), cite(url), cite(document))).toEqual([
      { type: 'source-url', sourceId: 's1', url: 'https://b.example' },
      { type: 'source-url', sourceId: 'cited_2', url: 'https://a.example', title: 'A' },
      { type: 'source-document', sourceId: 'cited_3', mediaType: 'text/plain', title: 'B', filename: 'b.txt' },
    ])
  })

  it('has files and the borders of steps', () => {
    const file = { url: 'data:,', mediaType: 'text/plain', filename: 'a' }
    expect(partsOf({ type: 'step-start' }, { type: 'file', ...file }, { type: 'step-end' })).toEqual([
      { type: 'step-start' },
      { type: 'file', ...file },
    ])
  })

  it('has nothing of a step that was taken back, and forgets its calls', () => {
    const again = [part('t1'), delta('t1', 'a'), { type: 'step-start' }, part('t2'), call] as const
    const data: ChatEvent = { type: 'data', name: 'n', id: 'i', data: 1 }
    const output: ChatEvent = { type: 'tool-output-available', toolCallId: 'c', output: 1 }
    expect(partsOf(...again, data, { type: 'step-reset' }, output, data)).toEqual([
      { type: 'text', text: 'a', state: 'streaming' },
      { type: 'step-start' },
      { type: 'data-n', id: 'i', data: 1 },
    ])
  })

  it('keeps the parts of a continued message where a step is taken back', () => {
    const before: ChatMessage = { id: 'm', role: 'assistant', parts: [{ type: 'text', text: 'a' }] }
    const { messages } = fold([runStart, start, part('t1'), { type: 'step-reset' }], [before])
    expect(messages).toEqual([before])
  })

  it('has metadata that is merged deeply, and own properties alone', () => {
    const events = [
      { ...start, metadata: { a: { b: 1, c: [1] } } } as const,
      metadata('{"a":{"c":[2],"d":null}}'),
      metadata('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
      { ...end, metadata: { e: 1 } } as const,
    ]
    const [message] = fold([runStart, ...events]).messages
    expect(JSON.stringify(message?.metadata)).toBe(
      '{"a":{"b":1,"c":[2],"d":null},"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"e":1}',
    )
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  it('takes metadata of any depth', () => {
    const metadata: ChatEvent = {
      type: 'message-metadata',
      metadata: JSON.parse('{"a":'.repeat(5000) + '1' + '}'.repeat(5000)),
    }
    expect(() => fold([runStart, start, metadata, metadata])).not.toThrow()
  })
})

describe('a run', () => {
  it('may have several messages', () => {
    const other: ChatEvent = { type: 'message-start', id: 'n' }
    const { messages } = fold([runStart, start, part('t1'), end, other, part('t2')])
    expect(messages.map(({ id, parts }) => [id, parts.length])).toEqual([
      ['m', 1],
      ['n', 1],
    ])
  })

  it('does not continue a person’s message', () => {
    const person: ChatMessage = { id: 'm', role: 'user', parts: [] }
    expect(fold([runStart, start, part('t1')], [person]).messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
    ])
  })

  it('has usage: of its messages where they say it, of their steps until then', () => {
    const step: ChatEvent = { type: 'step-end', usage: { outputTokens: 3 } }
    expect(fold([runStart, start]).usage).toEqual({})
    expect(fold([runStart, start, step, step]).usage).toEqual({ outputTokens: 6 })
    const ended: ChatEvent = { ...end, usage: { outputTokens: 5 } } as const
    const next: ChatEvent = { type: 'message-start', id: 'n' }
    expect(fold([runStart, start, step, ended, next, step]).usage).toEqual({ outputTokens: 8 })
  })

  it('is closed at its end, with its reason, its outcome and its error', () => {
    const error: ChatEvent = { type: 'error', code: 'overloaded', message: 'Busy.', retryable: true }
    const folded = fold([
      runStart,
      start,
      part('t1'),
      call,
      input('{"a'),
      error,
      { type: 'run-end', outcome: 'failed' },
    ])
    expect(folded.messages[0]?.parts).toEqual([
      { type: 'text', text: '', state: 'done' },
      { ...head, state: 'output-error', input: '{"a', errorText: 'Failed.' },
    ])
    expect(folded).toMatchObject({ reason: 'error', outcome: 'failed', error })
  })

  it('may follow another one in the same conversation', () => {
    const folded = fold([
      runStart,
      start,
      part('t1'),
      delta('t1', 'a'),
      { ...end, usage: { outputTokens: 3 } },
      { type: 'run-end', outcome: 'stopped' },
      runStart,
      { type: 'message-start', id: 'n' },
      part('t1'),
      delta('t1', 'b'),
    ] as const)
    expect(folded.messages.map(({ parts }) => parts)).toEqual([
      [{ type: 'text', text: 'a', state: 'done' }],
      [{ type: 'text', text: 'b', state: 'streaming' }],
    ])
    expect(folded).toMatchObject({ outcome: undefined, reason: undefined, usage: {} })
  })
})

describe('snapshots', () => {
  it('are the same objects where nothing has changed, and never change', () => {
    fc.assert(
      fc.property(sayings, (said) => {
        const folded = new ChatFold()
        let before: readonly ChatMessage[] = folded.messages
        for (const event of logOf(said)) {
          folded.take(event)
          const now = folded.messages
          expect(folded.messages).toBe(now)
          const copy = structuredClone(before)
          for (const [index, message] of now.entries()) expectSharing(before[index], message)
          expect(before).toEqual(copy)
          before = now
        }
        expect(fold(logOf(said)).messages).toEqual(before)
      }),
      { numRuns: 200 },
    )
  })

  it('keep the input of a call as it was, while more of it comes', () => {
    const folded = fold([runStart, start, call, input('{"city":"Os')])
    const before = folded.messages
    folded.take(input('lo","day'))
    expect(before[0]?.parts).toMatchObject([{ input: { city: 'Os' } }])
    expect(folded.messages[0]?.parts).toMatchObject([{ input: { city: 'Oslo' } }])
  })

  it('leave the other parts and messages as they are', () => {
    const old: ChatMessage = { id: 'old', role: 'user', parts: [] }
    const folded = fold([runStart, start, part('t1'), part('t2')], [old])
    const [, before] = folded.messages
    folded.take(delta('t2', 'a'))
    const [first, after] = folded.messages
    expect(first).toBe(old)
    expect(after).not.toBe(before)
    expect(after?.parts[0]).toBe(before?.parts[0])
    expect(after?.parts[1]).not.toBe(before?.parts[1])
  })

  it('make the changed parts alone anew: 1,000 parts cost no more parts than the deltas', () => {
    const folded = fold([runStart, start])
    for (let index = 0; index < 1000; index += 1) folded.take(part(`t${index}`))
    let before = folded.messages[0]?.parts ?? []
    let changed = 0
    for (let index = 0; index < 2000; index += 1) {
      folded.take(delta(`t${index % 1000}`, 'x'))
      const parts = folded.messages[0]?.parts ?? []
      changed += parts.filter((part, place) => part !== before[place]).length
      before = parts
    }
    expect(changed).toBe(2000)
  })
})

/** What is equal in two snapshots of a message, one after the other, is the same object. */
function expectSharing(before: ChatMessage | undefined, now: ChatMessage): void {
  if (before === undefined || before === now) return
  for (const [index, part] of now.parts.entries()) {
    const earlier = before.parts[index]
    const isEqual = 'text' in part && JSON.stringify(part) === JSON.stringify(earlier)
    if (isEqual) expect(part).toBe(earlier)
  }
}
