// An answer as far as it has come: read up to a number, without waiting for more, and in turns.
import { expect, test } from 'vitest'
import { answerSoFar } from '../../../src/ai/answer/whole-answer.ts'
import { openAiResponsesProtocol as protocol } from '../../../src/ai/protocol/openai-responses.ts'
import type { RunItems } from '../../../src/ai/run/run-frames.ts'
import type { ChatEvent } from '../../../src/chat-model/index.ts'
import { formatPosition } from '../../../src/journal/index.ts'
import { plainOptions as encoder } from '../../support/chat/encode-log.ts'
import { begun } from '../../support/chat/short-log.ts'

const runId = 'r1'

/** The items of a log, of which no more come than stand there. */
function itemsOf(events: readonly ChatEvent[]): { readonly items: RunItems; readonly isLeft: () => boolean } {
  let count = 0
  let isLeft = false
  const items: RunItems = {
    next: () => {
      const value = events[count]
      if (value === undefined) return new Promise(() => {})
      count += 1
      const id = formatPosition({ epoch: runId, seq: count, nonce: '' })
      return Promise.resolve({ done: false, value: { id, event: value.type, data: JSON.stringify(value), value } })
    },
    return: async () => {
      isLeft = true
      return { done: true, value: undefined }
    },
  }
  return { items, isLeft: () => isLeft }
}

const signal = new AbortController().signal

test('is read up to its number, and let go', async () => {
  const log: readonly ChatEvent[] = [
    ...begun,
    { type: 'text-start', id: 't1' },
    { type: 'text-delta', id: 't1', delta: 'Half' },
    { type: 'text-delta', id: 't1', delta: ' and more' },
  ]
  const { items, isLeft } = itemsOf(log)
  const answer = await answerSoFar({ runId, protocol, encoder, items, signal, length: log.length - 1 })
  expect(answer?.headers.get('cache-control')).toBe('no-store')
  expect(await answer?.json()).toMatchObject({
    status: 'in_progress',
    output: [{ status: 'in_progress', content: [{ text: 'Half' }] }],
  })
  expect(isLeft()).toBe(true)
})

test('of a run that has stored nothing yet is waited for until it has begun', async () => {
  const { items } = itemsOf(begun)
  const answer = await answerSoFar({ runId, protocol, encoder, items, signal, length: 0 })
  expect(await answer?.json()).toMatchObject({ id: 'resp_r1', status: 'in_progress', output: [] })
})

test('leaves others of the process their turns', async () => {
  const deltas = Array.from({ length: 2560 }, (): ChatEvent => ({ type: 'text-delta', id: 't1', delta: 'x' }))
  const log: readonly ChatEvent[] = [...begun, { type: 'text-start', id: 't1' }, ...deltas]
  let turns = 0
  const ticking = { isOn: true }
  const tick = (): void => {
    turns += 1
    if (ticking.isOn) setImmediate(tick)
  }
  setImmediate(tick)
  await answerSoFar({ runId, protocol, encoder, items: itemsOf(log).items, signal, length: log.length })
  ticking.isOn = false
  expect(turns).toBeGreaterThanOrEqual(9)
})
