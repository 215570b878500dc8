import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChatFold, type ChatEvent, type ChatMessage, OpenParts, type RunOutcome } from '../../src/chat-model/index.ts'
import { joinDelta } from '../../src/chat-model/internal.ts'
import { faultsOf, openAfter } from './order-checker.ts'
import { logOf, sayings, type Said } from './random-drafts.ts'

function fold(log: readonly ChatEvent[]): ChatFold {
  const folded = new ChatFold()
  for (const event of log) folded.take(event)
  return folded
}

const delta = (delta: string): ChatEvent => ({ type: 'text-delta', id: 't1', delta })

describe('the log of random drafts', () => {
  it('keeps the rules of order', () => {
    fc.assert(
      fc.property(sayings, (said) => {
        const log = logOf(said)
        expect(faultsOf(log)).toEqual([])
        expect(openAfter(log).filter((id) => !id.startsWith('call '))).toEqual([])
      }),
      { numRuns: 1000 },
    )
  })

  it('depends on the drafts alone', () => {
    fc.assert(
      fc.property(sayings, (said) => {
        expect(logOf(said)).toEqual(logOf(said))
      }),
      { numRuns: 100 },
    )
  })

  it('has nothing open once it is stopped anywhere and closed', () => {
    const outcomes = fc.constantFrom<RunOutcome>('stopped', 'failed', 'interrupted')
    fc.assert(
      fc.property(sayings, fc.nat(100), outcomes, fc.boolean(), (said, length, outcome, callsAreTheClients) => {
        const log = logOf(said, callsAreTheClients).slice(0, length + 1)
        const open = new OpenParts()
        for (const event of log) open.take(event)
        const end = { type: 'run-end', outcome } as const
        const whole = [...log, ...open.closers(end), end]
        expect(faultsOf(whole)).toEqual([])
        expect(openAfter(whole)).toEqual([])
        const folded = fold([...log, end])
        expect(folded.messages).toEqual(fold(whole).messages)
        expect(folded.messages.flatMap(openParts)).toEqual([])
        expect(folded.outcome).toBe(outcome)
      }),
      { numRuns: 1000 },
    )
  })

  it('says the same where deltas are joined', () => {
    fc.assert(
      fc.property(sayings, fc.infiniteStream(fc.boolean()), (said, choices) => {
        const log = logOf(said)
        const joined: ChatEvent[] = []
        for (const event of log) {
          const last = joined.at(-1)
          const both = last === undefined || !choices.next().value ? undefined : joinDelta(last, event)
          if (both === undefined) joined.push(event)
          else joined.splice(-1, 1, both)
        }
        expect(fold(joined).messages).toEqual(fold(log).messages)
      }),
      { numRuns: 300 },
    )
  })
})

function openParts({ parts }: ChatMessage): readonly string[] {
  return parts.flatMap((part) => {
    const state = 'state' in part ? part.state : undefined
    return state !== undefined && /^(streaming|input|approval)/.test(state) ? [state] : []
  })
}

/** Parts of text with an alphabet each: what was said can be told apart in what comes out. */
const speakers = (['text', 'reasoning', 'refusal'] as const).flatMap((kind) =>
  [0, 1].map((source) => ({ kind, source })),
)

describe('the text of an answer', () => {
  it('is what was said, however it is cut and mixed', () => {
    const order = fc.array(fc.tuple(fc.nat(speakers.length - 1), fc.integer({ min: 1, max: 5 }), fc.nat(5)), {
      maxLength: 60,
      size: 'max',
    })
    fc.assert(
      fc.property(order, (turns) => {
        const { said, texts } = speak(turns)
        const log = logOf(said)
        expect(faultsOf(log)).toEqual([])
        const parts = fold(log).messages.flatMap((message) => message.parts)
        const heard = parts.flatMap((part) => ('text' in part ? [part.text] : [])).join('')
        for (const [index, text] of texts.entries()) {
          expect(heard.replaceAll(alphabets[index]?.others ?? /$/, '')).toBe(text)
        }
      }),
      { numRuns: 500 },
    )
  })
})

const alphabets = speakers.map((_, index) => {
  const letter = String.fromCharCode(0x61 + index)
  const face = String.fromCodePoint(0x1f600 + index)
  return { text: `${letter}${face}`.repeat(200), others: new RegExp(`[^${letter}${face}]`, 'gu') }
})

/** Lets speakers say so many code units each in turn; a part ends only between two characters. */
function speak(turns: readonly (readonly [speaker: number, length: number, between: number])[]): {
  readonly said: readonly Said[]
  readonly texts: readonly string[]
} {
  const said: Said[] = []
  const texts = speakers.map(() => '')
  const say = (index: number, length: number): void => {
    const speaker = speakers[index]
    if (speaker === undefined) return
    const from = texts[index]?.length ?? 0
    const delta = alphabets[index]?.text.slice(from, from + length) ?? ''
    texts[index] += delta
    said.push({ source: speaker.source, draft: { type: `${speaker.kind}-delta`, id: '0', delta } })
  }
  for (const [index, length, between] of turns) {
    say(index, length)
    if (between === 0) said.push({ source: 2, draft: { type: 'step-start' } })
    if (between === 1) said.push({ source: 2, draft: { type: 'text', delta: '-' } })
    const speaker = speakers[index]
    if (between === 2 && speaker !== undefined && !isCut(texts[index])) {
      said.push({ source: speaker.source, draft: { type: `${speaker.kind}-end`, id: '0' } })
    }
  }
  for (const index of speakers.keys()) if (isCut(texts[index])) say(index, 1)
  return { said, texts }
}

function isCut(text: string | undefined): boolean {
  return /[\uD800-\uDBFF]$/.test(text ?? '')
}

describe('the checker of the rules', () => {
  const start: ChatEvent = { type: 'run-start', wire: 1, runId: 'R', chatId: 'c', protocol: 'text', at: 0 }
  const message: ChatEvent = { type: 'message-start', id: 'm' }
  const part: ChatEvent = { type: 'text-start', id: 't1' }
  const call: ChatEvent = { type: 'tool-input-start', toolCallId: 'c', toolName: 'w', executor: 'server' }
  const output: ChatEvent = { type: 'tool-output-available', toolCallId: 'c', output: 1 }

  it.each<readonly [string, readonly ChatEvent[]]>([
    ['run-start', [message]],
    ['a part outside a message', [start, part]],
    ['two open messages', [start, message, { type: 'message-start', id: 'n' }]],
    ['a message id twice', [start, message, { type: 'message-end', id: 'm', reason: 'stop' }, message]],
    ['the end of another message', [start, message, { type: 'message-end', id: 'n', reason: 'stop' }]],
    ['an event after run-end', [start, { type: 'run-end', outcome: 'failed' }, message]],
    ['a part id twice', [start, message, part, { type: 'text-end', id: 't1' }, part]],
    ['an id that is not ours', [start, message, { type: 'text-start', id: '0' }]],
    ['a delta without a part', [start, message, delta('a')]],
    ['an empty delta', [start, message, part, delta('')]],
    ['half a character', [start, message, part, delta('\uD83D')]],
    ['a call twice', [start, message, call, call]],
    ['an output without a call', [start, message, output]],
    ['an output after the last one', [start, message, call, output, output]],
    ['a call without an id', [start, message, { ...call, toolCallId: '' }]],
  ])('finds %s', (_, log) => {
    expect(faultsOf(log)).toHaveLength(1)
  })

  it('finds what is open', () => {
    expect(openAfter([start, message, part, call, { type: 'step-start' }])).toEqual(['message', 't1', 'call c', 'step'])
  })
})
