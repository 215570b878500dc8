// Text that is yielded at once and is larger than an event may be.
import { describe, expect, onTestFinished, test } from 'vitest'
import { chat, type ChatHandler } from '../../../src/ai/index.ts'
import { piecesOf } from '../../../src/ai/answer/pieces.ts'
import type { ChatEvent } from '../../../src/chat-model/index.ts'
import { createChat } from '../../../src/chat/index.ts'
import { createSeededRandom } from '../../../src/testing/seeded-random.ts'
import { framesOf, say, startChat, textOf } from '../../support/chat/chat-node.ts'

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
const mebibyte = 1024 * 1024

/** Where graphemes begin, and the end. */
function bordersOf(text: string): Set<number> {
  return new Set([...Array.from(segmenter.segment(text), ({ index }) => index), text.length])
}

function deltasOf(events: readonly ChatEvent[]): string[] {
  return events.map((event) => ('delta' in event ? event.delta : '?'))
}

const bytesOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).byteLength
const delta = (text: string): ChatEvent => ({ type: 'text-delta', id: 't1', delta: text })

const kinds = ['a', '"', '\n', '\u0000', 'é', 'e\u0301', '漢', '👍🏽', '👩‍👩‍👧‍👦', '🇩🇪', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', 'क्षि', '각', '\r\n', '\u{1f600}']

describe('a delta', () => {
  test('that fits is told as it is', () => {
    const event = delta('x'.repeat(mebibyte - bytesOf(delta(''))))
    expect(piecesOf(event, mebibyte)).toEqual([event])
    expect(piecesOf(delta('x'.repeat(mebibyte)), mebibyte).length).toBeGreaterThan(1)
    expect(piecesOf(delta('x'.repeat(5 * mebibyte)), Infinity)).toHaveLength(1)
  })

  test.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'comes to the same in its pieces, each small enough and cut between graphemes alone (seed %d)',
    (seed) => {
      const random = createSeededRandom(seed)
      const text = Array.from({ length: 2000 }, () => kinds[random.number(kinds.length)]).join('')
      const limit = 400 + random.number(2000)
      const pieces = piecesOf(delta(text), limit)
      expect(deltasOf(pieces).join('')).toBe(text)
      expect(pieces.every((piece) => bytesOf(piece) <= limit)).toBe(true)
      const borders = bordersOf(text)
      let at = 0
      for (const piece of deltasOf(pieces)) {
        at += piece.length
        expect(borders.has(at), `a border at ${at}`).toBe(true)
      }
    },
  )

  test('of one grapheme that is larger than an event is cut between characters', () => {
    const text = '\u{1f469}\u200d'.repeat(5000)
    const pieces = deltasOf(piecesOf(delta(text), 500))
    expect(pieces.join('')).toBe(text)
    expect(pieces.some((piece) => /[\ud800-\udbff]$/.test(piece))).toBe(false)
  })

  test('has what its provider wants back once, and all else each time', () => {
    const providerMetadata = { anthropic: { signature: 's'.repeat(100) } }
    const thought = { type: 'reasoning-delta', id: 'r1', delta: 'x'.repeat(3000), providerMetadata } as const
    const [first, ...others] = piecesOf(thought, 1000)
    expect(first).toMatchObject({ id: 'r1', providerMetadata })
    expect(others.length).toBeGreaterThan(2)
    for (const other of others) expect(Object.keys(other)).toEqual(['type', 'id', 'delta'])
    const input = { type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: '"'.repeat(3000) } as const
    const pieces = piecesOf(input, 1000)
    expect(pieces.map((piece) => ('inputTextDelta' in piece ? piece.inputTextDelta : '')).join('')).toBe(
      '"'.repeat(3000),
    )
  })
})

describe('five megabytes in one yield', () => {
  const unit = '👩‍👩‍👧‍👦 𝒳 🇩🇪 '
  const long = unit.repeat(Math.ceil((5 * mebibyte) / new TextEncoder().encode(unit).byteLength))

  test.each<readonly [string, ChatHandler]>([
    [
      'of text',
      async function* () {
        yield long
      },
    ],
    [
      'of a provider',
      async function* () {
        yield { choices: [{ index: 0, delta: { content: long } }] }
      },
    ],
  ])('%s are told, and read again', async (_, handler) => {
    const { url, errors } = await startChat(handler)
    const response = await say(url)
    const frames = framesOf(await response.text())
    expect(textOf(frames)).toBe(long)
    expect(frames.at(-2)?.data).toBe('{"type":"finish","finishReason":"stop"}')
    expect(Math.max(...frames.map(({ data }) => new TextEncoder().encode(data).byteLength))).toBeLessThan(mebibyte)
    const path = `${url}/chat/${response.headers.get('x-run-id')}/stream`
    expect(textOf(framesOf(await (await fetch(path)).text()))).toBe(long)
    expect(errors).toEqual([])
  })

  test('are one message of our own client', async () => {
    const { url } = await startChat(async function* () {
      yield chat.reasoning(long)
    })
    const conversation = createChat({ url: `${url}/chat` })
    onTestFinished(() => conversation.close())
    await conversation.send('Hello')
    expect(conversation.getSnapshot().messages[1]?.parts.find(({ type }) => type === 'reasoning')).toMatchObject({
      text: long,
    })
  })

  test.each<readonly [string, string, ChatHandler]>([
    [
      'an output of a tool',
      'tool-output-available',
      async function* () {
        yield 'Before.'
        yield* chat.tool('read', {}, async () => long)
      },
    ],
    [
      'a data part',
      'data',
      async function* () {
        yield 'Before.'
        yield chat.data('all', long)
      },
    ],
  ])('as %s fail behind what came before, with a sentence that names the limit', async (_, name, handler) => {
    const { url, errors } = await startChat(handler)
    const frames = framesOf(await (await say(url)).text())
    expect(textOf(frames)).toBe('Before.')
    expect(frames.map(({ data }) => data)).toContain('{"type":"error","errorText":"The answer is too long."}')
    expect(errors.map(String)).toEqual([
      expect.stringMatching(
        new RegExp(
          `An event "${name}" of \\d+ bytes is larger than maxEventBytes \\(1048576 bytes\\) of createChannels\\(\\)`,
        ),
      ),
    ])
  })
})
