// Replays with long deltas: what they come to, where they may be cut, and that nothing that has come waits for more.
import { expect, test } from 'vitest'
import { condense } from '../../../src/ai/run/condensed-items.ts'
import type { LogItem, RunItems } from '../../../src/ai/run/run-frames.ts'
import { ChatFold, type ChatEvent } from '../../../src/chat-model/index.ts'
import { formatPosition, parsePosition } from '../../../src/journal/index.ts'
import { ControlEvent } from '../../../src/sse/index.ts'
import { createControlEvent } from '../../../src/sse/internal.ts'
import { randomLog } from '../../support/chat/random-log.ts'

function itemOf(event: ChatEvent, index: number): LogItem {
  const id = formatPosition({ epoch: 'run', seq: index + 1, nonce: `n${1000 + index}` })
  return { id, event: event.type, data: JSON.stringify(event) }
}

/** Items whose source fails if it is asked for more than there is. */
function itemsOf(list: readonly (LogItem | ControlEvent)[], isOpen = false): RunItems {
  const left = [...list]
  return {
    next: async () => {
      const value = left.shift()
      if (value !== undefined) return { done: false, value }
      if (isOpen) throw new Error('This would wait.')
      return { done: true, value: undefined }
    },
  }
}

async function take(items: RunItems, most = Infinity): Promise<LogItem[]> {
  const taken: LogItem[] = []
  while (taken.length < most) {
    const { done, value } = await items.next()
    if (done === true) break
    if (!(value instanceof ControlEvent)) taken.push(value)
  }
  return taken
}

function messagesOf(items: readonly LogItem[]): unknown {
  const fold = new ChatFold()
  for (const { data } of items) fold.take(eventOf(data))
  return fold.messages
}

const eventOf = (data: string): ChatEvent => JSON.parse(data)
const seqOf = ({ id }: LogItem): number => parsePosition(id)?.seq ?? 0

test('come to the same messages, also where they are cut, and joined up to what was stored', async () => {
  let joined = 0
  for (let seed = 1; seed <= 40; seed += 1) {
    const exact = randomLog(seed).map(itemOf)
    for (const length of [exact.length, Math.floor(exact.length / 2), 0]) {
      const condensed = await take(condense(itemsOf(exact), length))
      joined += exact.length - condensed.length
      for (const item of condensed) {
        expect(item).toMatchObject({ id: exact[seqOf(item) - 1]?.id, event: exact[seqOf(item) - 1]?.event })
        if (item.value !== undefined) expect(eventOf(item.data)).toEqual(item.value)
      }
      const behindLength = condensed.map(seqOf).filter((seq) => seq > length)
      expect(behindLength).toEqual(exact.map(seqOf).slice(length))
      for (let cut = 0; cut <= condensed.length; cut += 1) {
        const before = condensed.slice(0, cut)
        const behind = exact.slice(
          before.at(-1) === undefined ? 0 : seqOf(before[cut - 1] ?? itemOf({ type: 'step-start' }, 0)),
        )
        expect(messagesOf([...before, ...behind]), `seed ${seed}`).toEqual(messagesOf(exact))
      }
    }
  }
  expect(joined).toBeGreaterThan(100)
})

const word = (index: number, delta = 'word '): LogItem => itemOf({ type: 'text-delta', id: 't1', delta }, index)

test('do not wait for what has not come yet', async () => {
  const items = condense(itemsOf([word(0), word(1), word(2), word(3), word(4)], true), 3)
  const taken = await take(items, 3)
  expect(taken.map(({ id, data }) => [id, JSON.parse(data).delta])).toEqual([
    ['run.3.n1002', 'word word word '],
    ['run.4.n1003', 'word '],
    ['run.5.n1004', 'word '],
  ])
})

test('have deltas of no more than 64 KiB', async () => {
  const long = Array.from({ length: 300 }, (_, index) => word(index, 'x'.repeat(1000)))
  const taken = await take(condense(itemsOf(long), 300))
  expect(taken.length).toBeGreaterThan(4)
  expect(taken.length).toBeLessThan(10)
  for (const { data } of taken) expect(data.length).toBeLessThan(64 * 1024)
  const [single] = await take(condense(itemsOf([word(0, 'x'.repeat(100_000)), word(1)]), 2))
  expect(single?.id).toBe('run.1.n1000')
})

test('pass on what a reader is told in between, in its place', async () => {
  const gap = createControlEvent('gap', 'run.2', { from: 'run.2', to: 'run.2' })
  const items = condense(itemsOf([word(0), word(1), gap, word(3)]), 4)
  const first = await items.next()
  const second = await items.next()
  expect([first.value instanceof ControlEvent, second.value]).toEqual([false, gap])
})
