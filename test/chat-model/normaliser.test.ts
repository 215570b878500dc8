import { describe, expect, it } from 'vitest'
import {
  type ChatEvent,
  ChatFailure,
  type ChatMessage,
  type DraftEvent,
  Normaliser,
  type NormaliserOptions,
  type ToolPart,
} from '../../src/chat-model/index.ts'

const source = {}
const other = {}

/** The log that drafts come to: a list is of one source, a pair of a draft and a source of that one. */
function logOf(
  drafts: readonly (DraftEvent | readonly [DraftEvent, object])[],
  options: Partial<NormaliserOptions> = {},
): readonly ChatEvent[] {
  const normaliser = new Normaliser({ runId: 'R', callsAreTheClients: false, ...options })
  const log = drafts.flatMap((draft) => {
    const [event, from] = 'type' in draft ? [draft, source] : draft
    return normaliser.take(event, from)
  })
  return [...log, ...normaliser.finish()]
}

/** A log in short: types with ids and text. */
function short(log: readonly ChatEvent[]): readonly string[] {
  return log.map((event) => {
    const words: (string | undefined)[] = [event.type]
    if ('toolCallId' in event) words.push(event.toolCallId)
    else if ('id' in event) words.push(event.id)
    if ('delta' in event) words.push(event.delta)
    if ('inputTextDelta' in event) words.push(event.inputTextDelta)
    return words.filter((word) => word !== undefined).join(' ')
  })
}

const text = (delta: string): DraftEvent => ({ type: 'text', delta })
const delta = (id: string, delta: string): DraftEvent => ({ type: 'text-delta', id, delta })
const available = (toolCallId: string, toolName = 'weather'): DraftEvent => ({
  type: 'tool-input-available',
  toolCallId,
  toolName,
  input: {},
})
const output = (toolCallId: string): DraftEvent => ({ type: 'tool-output-available', toolCallId, output: 1 })
const continuedWith = (...parts: ToolPart[]): ChatMessage => ({ id: 'last', role: 'assistant', parts })

const end = (reason: 'stop' | 'length', usage?: number): DraftEvent => ({
  type: 'message-end',
  reason,
  ...(usage === undefined ? {} : { usage: { outputTokens: usage } }),
})

const step = (inputTokens: number, outputTokens: number): DraftEvent => ({
  type: 'step-end',
  usage: { inputTokens, outputTokens },
})

const usage = (outputTokens: number): DraftEvent => ({ type: 'step-end', usage: { outputTokens } })

const start = (toolCallId: string): DraftEvent => ({ type: 'tool-input-start', toolCallId, toolName: 'weather' })

const input = (toolCallId: string, inputTextDelta: string): DraftEvent => ({
  type: 'tool-input-delta',
  toolCallId,
  inputTextDelta,
})

describe('parts of text', () => {
  it('are given a message, a start and an end', () => {
    expect(short(logOf([delta('0', 'a'), delta('0', 'b')]))).toEqual([
      'message-start msg_R',
      'text-start t1',
      'text-delta t1 a',
      'text-delta t1 b',
      'text-end t1',
      'message-end msg_R',
    ])
  })

  it('get ids that are unique in the run, by kind and by source', () => {
    const reasoning: DraftEvent = { type: 'reasoning-delta', id: '0', delta: 'r' }
    const refusal: DraftEvent = { type: 'refusal-delta', id: '0', delta: 'f' }
    const ids = logOf([delta('0', 'a'), [delta('0', 'b'), other], reasoning, refusal]).flatMap((event) =>
      'delta' in event ? [`${event.id} ${event.delta}`] : [],
    )
    expect(ids).toEqual(['t1 a', 't2 b', 'r1 r', 'f1 f'])
  })

  it('are new ones where their source uses an id again', () => {
    const drafts: DraftEvent[] = [delta('0', 'a'), { type: 'text-end', id: '0' }, delta('0', 'b')]
    expect(short(logOf(drafts)).slice(1, -1)).toEqual([
      'text-start t1',
      'text-delta t1 a',
      'text-end t1',
      'text-start t2',
      'text-delta t2 b',
      'text-end t2',
    ])
  })

  it('end where their id is started again', () => {
    const start: DraftEvent = { type: 'text-start', id: '0' }
    expect(short(logOf([start, start])).slice(1, -1)).toEqual([
      'text-start t1',
      'text-end t1',
      'text-start t2',
      'text-end t2',
    ])
  })

  it('stay open over the borders of steps', () => {
    const log = short(logOf([delta('0', 'a'), { type: 'step-start' }, delta('0', 'b'), { type: 'step-end' }]))
    expect(log).toEqual([
      'message-start msg_R',
      'text-start t1',
      'text-delta t1 a',
      'step-start',
      'text-delta t1 b',
      'step-end',
      'text-end t1',
      'message-end msg_R',
    ])
  })

  it('that end without having begun vanish with a warning, and begin no message', () => {
    const warnings: string[] = []
    expect(logOf([{ type: 'text-end', id: '7' }], { onWarning: (text) => warnings.push(text) })).toEqual([])
    expect(warnings).toEqual(['text-end of "7", which is not open, was left out.'])
  })

  it('have no empty deltas, but keep what came with one', () => {
    const signed: DraftEvent = { type: 'text-delta', id: '0', delta: '', providerMetadata: { p: { signature: 's' } } }
    const log = logOf([delta('0', 'a'), delta('0', ''), signed])
    expect(short(log)).not.toContain('text-delta t1')
    expect(log).toContainEqual({ type: 'text-end', id: 't1', providerMetadata: { p: { signature: 's' } } })
  })

  it('hold the first half of a character back until its second half comes, each for itself', () => {
    const log = logOf([delta('0', 'a\uD83D'), delta('1', '\uD83D'), delta('0', '\uDE00'), delta('1', '\uDE01b')])
    expect(short(log).filter((line) => line.startsWith('text-delta'))).toEqual([
      'text-delta t1 a',
      'text-delta t1 \u{1F600}',
      'text-delta t2 \u{1F601}b',
    ])
  })

  it('have a replacement for the first half of a character that no second one follows', () => {
    const log = logOf([delta('0', 'a\uD83D'), delta('0', ''), delta('0', 'b\uD83D'), delta('0', '\uD83D')])
    expect(short(log).slice(2, -1)).toEqual([
      'text-delta t1 a',
      'text-delta t1 \uFFFDb',
      'text-delta t1 \uFFFD',
      'text-delta t1 \uFFFD',
      'text-end t1',
    ])
  })

  it('end with a replacement for the first half of a character without a second one', () => {
    expect(short(logOf([delta('0', 'a\uD83D')]))).toContain('text-delta t1 \uFFFD')
  })
})

describe('text without a part', () => {
  it('goes into one part as long as nothing else is shown', () => {
    const data: DraftEvent = { type: 'data', name: 'progress', data: 1, transient: true }
    const log = logOf([text('a'), { type: 'message-metadata', metadata: {} }, data, text('b'), text('')])
    expect(short(log).filter((line) => line.startsWith('text'))).toEqual([
      'text-start t1',
      'text-delta t1 a',
      'text-delta t1 b',
      'text-end t1',
    ])
  })

  it.each<readonly [string, DraftEvent]>([
    ['another part', delta('0', 'x')],
    ['a call', available('c')],
    ['a step', { type: 'step-start' }],
    ['a source', { type: 'source', source: { kind: 'url', url: 'https://a.example' } }],
    ['a file', { type: 'file', url: 'data:,', mediaType: 'text/plain' }],
    ['lasting data', { type: 'data', name: 'n', data: 1 }],
  ])('begins a new part after %s', (_, between) => {
    const log = short(logOf([text('a'), between, text('b')]))
    const end = log.indexOf('text-end t1')
    expect(end).toBe(3)
    expect(log.slice(end).some((line) => /text-delta t[23] b/.test(line))).toBe(true)
  })

  it('of another source is another part', () => {
    expect(short(logOf([text('a'), [text('b'), other]]))).toContain('text-delta t2 b')
  })

  it('does not disturb a part that goes on by its id', () => {
    const log = short(logOf([[delta('0', 'a'), other], text('x'), [delta('0', 'b'), other]]))
    expect(log).toEqual([
      'message-start msg_R',
      'text-start t1',
      'text-delta t1 a',
      'text-start t2',
      'text-delta t2 x',
      'text-delta t1 b',
      'text-end t1',
      'text-end t2',
      'message-end msg_R',
    ])
  })
})

function starts(drafts: readonly DraftEvent[]): number {
  return logOf(drafts).filter(({ type }) => type === 'message-start').length
}

describe('messages', () => {
  it('are one where a handler yields two provider calls; the last reason wins', () => {
    const log = logOf([text('a'), end('length'), text('b'), end('stop')])
    expect(short(log).filter((line) => line.startsWith('message'))).toEqual([
      'message-start msg_R',
      'message-end msg_R',
    ])
    expect(log.at(-1)).toMatchObject({ reason: 'stop' })
  })

  it('end before another one begins, with their parts and their step', () => {
    const start: DraftEvent = { type: 'message-start', agent: { id: 'critic' } }
    const log = logOf([{ type: 'step-start' }, delta('0', 'a'), end('length'), start, delta('0', 'b')])
    expect(short(log)).toEqual([
      'message-start msg_R',
      'step-start',
      'text-start t1',
      'text-delta t1 a',
      'text-end t1',
      'step-end',
      'message-end msg_R',
      'message-start msg_R_2',
      'text-start t2',
      'text-delta t2 b',
      'text-end t2',
      'message-end msg_R_2',
    ])
    expect(log[7]).toMatchObject({ agent: { id: 'critic' } })
  })

  it('keep the id that a handler gives them, once', () => {
    const start: DraftEvent = { type: 'message-start', id: 'mine' }
    const log = short(logOf([start, text('a'), { type: 'message-start' }, text('b'), start]))
    expect(log.filter((line) => line.startsWith('message-start'))).toEqual([
      'message-start mine',
      'message-start msg_R_2',
      'message-start msg_R_3',
    ])
  })

  it('are not begun twice by the same id; metadata of the second start is kept', () => {
    const start: DraftEvent = { type: 'message-start', id: 'mine', metadata: { a: 1 } }
    expect(logOf([start, text('a'), start])).toContainEqual({ type: 'message-metadata', metadata: { a: 1 } })
    expect(short(logOf([start, text('a'), start])).filter((line) => line.startsWith('message-start'))).toHaveLength(1)
  })

  it('are one where data comes before the start, as in streams of ai', () => {
    const data: DraftEvent = { type: 'data', name: 'plan', data: 1 }
    const named: DraftEvent = { type: 'message-start', id: 'theirs', metadata: { a: 1 } }
    const warnings: string[] = []
    const log = logOf([data, named, text('a'), named], { onWarning: (warning) => warnings.push(warning) })
    expect(log.filter(({ type }) => type === 'message-start')).toEqual([{ type: 'message-start', id: 'msg_R' }])
    expect(log).toContainEqual({ type: 'message-metadata', metadata: { a: 1 } })
    expect(warnings).toEqual(['The message "theirs" keeps the id "msg_R": its start came after its first content.'])
  })

  it('are two where text comes before the start, or another agent says it', () => {
    const data: DraftEvent = { type: 'data', name: 'plan', data: 1 }
    const begin: DraftEvent = { type: 'message-start' }
    expect(starts([data, text('a'), begin, text('b')])).toBe(2)
    expect(starts([data, { ...begin, agent: { id: 'critic' } }, text('b')])).toBe(2)
    expect(starts([begin, data, { ...begin, id: 'second' }, text('b')])).toBe(2)
  })

  it('continue the last one of the request', () => {
    const log = short(logOf([text('a'), { type: 'message-start' }, text('b')], { continued: continuedWith() }))
    expect(log.filter((line) => line.startsWith('message-start'))).toEqual([
      'message-start last',
      'message-start msg_R_2',
    ])
  })

  it('have the usage of their steps, added; counts within a step replace each other', () => {
    const begin: DraftEvent = { type: 'step-start' }
    const log = logOf([begin, step(1, 1), step(1, 5), begin, step(2, 7), [begin, other], [step(10, 10), other]])
    expect(log.at(-1)).toMatchObject({ usage: { inputTokens: 13, outputTokens: 22 } })
  })

  it('have the usage of calls that came without steps, added', () => {
    expect(logOf([text('a'), usage(3), usage(4), text('b'), usage(10)]).at(-1)).toMatchObject({
      usage: { outputTokens: 14 },
    })
  })

  it('take the counts of a whole source in place of those of its steps, and add those of two', () => {
    const begin: DraftEvent = { type: 'step-start' }
    const step: DraftEvent = { type: 'step-end', usage: { outputTokens: 4 } }
    const drafts = [begin, step, begin, step, end('stop', 9), begin, step, end('stop', 5)]
    expect(logOf(drafts).at(-1)).toMatchObject({ usage: { outputTokens: 14 } })
  })

  it('have no usage where nobody said any', () => {
    expect(logOf([text('a')]).at(-1)).toEqual({ type: 'message-end', id: 'msg_R', reason: 'stop' })
  })

  it('have the reason of their last step where nobody said another', () => {
    expect(logOf([text('a'), { type: 'step-end', reason: 'length' }]).at(-1)).toMatchObject({ reason: 'length' })
  })

  it('are not begun by nothing', () => {
    expect(logOf([text(''), delta('0', '')])).toEqual([])
  })
})

describe('tool calls', () => {
  const end: DraftEvent = { type: 'message-end', reason: 'tool-calls' }
  it('keep their ids', () => {
    expect(short(logOf([start('c'), input('c', '{}'), available('c'), output('c')])).slice(1, -1)).toEqual([
      'tool-input-start c',
      'tool-input-delta c {}',
      'tool-input-available c',
      'tool-output-available c',
    ])
  })

  it('get an id where they have none, apart from those that the normaliser has given out', () => {
    const normaliser = new Normaliser({ runId: 'R', callsAreTheClients: false })
    expect(normaliser.newToolCallId()).toBe('call_R_1')
    expect(short(normaliser.take(start(''), source))).toContain('tool-input-start call_R_2')
    expect(short(normaliser.take(input('', '{'), source))).toEqual(['tool-input-delta call_R_2 {'])
  })

  it('get another id where theirs comes again after its output; what follows is of the new one', () => {
    const again = [available('c'), output('c'), start('c'), input('c', '{}'), available('c'), output('c')]
    expect(short(logOf(again)).slice(3, -1)).toEqual([
      'tool-input-start c_2',
      'tool-input-delta c_2 {}',
      'tool-input-available c_2',
      'tool-output-available c_2',
    ])
  })

  it('of two sources with one id are two', () => {
    const log = logOf([start('c'), [start('c'), other], input('c', '1'), [input('c', '2'), other]])
    expect(short(log)).toContain('tool-input-delta c 1')
    expect(short(log)).toContain('tool-input-delta c_2 2')
  })

  it('end where their input is begun anew', () => {
    expect(short(logOf([start('c'), input('c', '{'), start('c')])).slice(3, -1)).toEqual([
      'tool-input-error c',
      'tool-input-start c_2',
    ])
  })

  it('take the output of another source by their id', () => {
    expect(short(logOf([available('c'), [output('c'), other]]))).toContain('tool-output-available c')
  })

  it('take no output twice', () => {
    expect(
      short(logOf([available('c'), output('c'), output('c')])).filter((line) => line.includes('output')),
    ).toHaveLength(1)
  })

  it('are known from the message that is continued', () => {
    const call: ToolPart = {
      type: 'dynamic-tool',
      toolName: 'w',
      toolCallId: 'old',
      state: 'input-available',
      input: 1,
    }
    expect(short(logOf([output('old')], { continued: continuedWith(call) }))).toContain('tool-output-available old')
  })

  it.each<DraftEvent>([
    output('unknown'),
    { type: 'tool-output-error', toolCallId: 'unknown', errorText: '' },
    { type: 'tool-output-denied', toolCallId: 'unknown' },
    { type: 'tool-approval-request', toolCallId: 'unknown', approvalId: 'a' },
  ])('that nobody has made have no $type', (draft) => {
    const normaliser = new Normaliser({ runId: 'R', callsAreTheClients: false })
    expect(() => normaliser.take(draft, source)).toThrow(
      expect.objectContaining({ code: 'ERR_CHAT_EVENT', message: expect.stringContaining('"unknown"') }),
    )
    expect(short(normaliser.take(text('a'), source))[0]).toBe('message-start msg_R')
  })

  it.each([
    ['the draft', { clientTools: ['weather'] }, 'provider', 'provider'],
    ['the tools of the request', { clientTools: ['weather'] }, undefined, 'client'],
    ['the default', { clientTools: ['another'] }, undefined, 'server'],
    ['the default of a request without tools', { callsAreTheClients: true }, undefined, 'client'],
  ] as const)('are run by whom %s says', (_, options, executor, expected) => {
    const draft: DraftEvent = { type: 'tool-input-start', toolCallId: 'c', toolName: 'weather' }
    const log = logOf([executor === undefined ? draft : { ...draft, executor }, available('c')], options)
    expect(log.flatMap((event) => ('executor' in event ? [event.executor] : []))).toEqual([expected, expected])
  })

  it.each([
    ['tool-calls', 'a call is the client’s', { callsAreTheClients: true }, [available('c'), end]],
    ['stop', 'the call was the server’s', { callsAreTheClients: false }, [available('c'), output('c'), end]],
    ['stop', 'a call has its output', { callsAreTheClients: true }, [available('c'), output('c'), end]],
    [
      'stop',
      'the first output of several has come from here',
      { callsAreTheClients: true },
      [available('c'), { type: 'tool-output-available', toolCallId: 'c', output: 1, preliminary: true }, end],
    ],
    ['tool-calls', 'a provider says stop', { callsAreTheClients: true }, [available('c'), { ...end, reason: 'stop' }]],
    ['length', 'the provider ran out', { callsAreTheClients: true }, [available('c'), { ...end, reason: 'length' }]],
    [
      'tool-calls',
      'a call waits for approval',
      { callsAreTheClients: false },
      [available('c'), { type: 'tool-approval-request', approvalId: 'a', toolCallId: 'c' }, end],
    ],
  ] as const)('end their message with the reason %s where %s', (reason, _, options, drafts) => {
    expect(logOf(drafts, options).at(-1)).toMatchObject({ type: 'message-end', reason })
  })

  it('whose step is taken back are left out from then on', () => {
    const log = logOf([{ type: 'step-start' }, available('c'), { type: 'step-reset' }, output('c'), available('c')])
    expect(short(log).slice(1, -1)).toEqual([
      'step-start',
      'tool-input-available c',
      'step-reset',
      'tool-input-available c',
      'step-end',
    ])
  })
})

describe('the rest of what a source says', () => {
  it('ends the parts of a step before the step is taken back, and those alone', () => {
    const log = logOf([
      delta('0', 'a'),
      { type: 'step-start' },
      delta('1', 'b'),
      { type: 'step-reset' },
      delta('0', 'c'),
    ])
    expect(short(log).slice(3, -3)).toEqual([
      'step-start',
      'text-start t2',
      'text-delta t2 b',
      'text-end t2',
      'step-reset',
      'text-delta t1 c',
    ])
  })

  it('has one step at a time: a second source’s ends the first one’s', () => {
    const log = logOf([{ type: 'step-start' }, [{ type: 'step-start' }, other], { type: 'step-end' }])
    expect(short(log).slice(1, -1)).toEqual(['step-start', 'step-end', 'step-start', 'step-end'])
  })

  it('gives sources an id where they have none', () => {
    const cited: DraftEvent = { type: 'source', source: { kind: 'url', url: 'https://a.example' } }
    expect(short(logOf([cited, { ...cited, id: 'own' }]))).toEqual([
      'message-start msg_R',
      'source s1',
      'source own',
      'message-end msg_R',
    ])
  })

  it('gives citations the part that they are of, also if it has just ended', () => {
    const citation: DraftEvent = { type: 'citation', source: { kind: 'url', url: 'https://a.example' } }
    const named: DraftEvent = { ...citation, partId: '0' }
    const log = logOf([delta('0', 'a'), { type: 'text-end', id: '0' }, named, [delta('0', 'b'), other], citation])
    expect(log.flatMap((event) => ('partId' in event ? [event.partId] : []))).toEqual(['t1', 't1'])
    expect(short(logOf([citation]))).toContain('source s1')
  })

  it('throws a failure with what the source said as its cause', () => {
    const error = new Error('secret')
    const normaliser = new Normaliser({ runId: 'R', callsAreTheClients: false })
    const take = (): unknown => normaliser.take({ type: 'failure', error, code: 'overloaded', retryable: true }, source)
    expect(take).toThrow(ChatFailure)
    expect(take).toThrow(expect.objectContaining({ code: 'overloaded', retryable: true, cause: error }))
    expect(take).not.toThrow(/secret/)
  })
})
