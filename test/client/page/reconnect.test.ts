// reconnectOnPageEvents: the events of a page at which a pause ends.
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { EventSource, stream } from '../../../src/client/index.ts'
import { reconnectOnPageEvents } from '../../../src/client/page/index.ts'
import { answering, cut, held, status, whole } from '../../support/client/answering-server.ts'
import { stubPage, type FakePage } from '../../support/client/fake-page.ts'
import { all, dataOf } from '../../support/client/stream-outcome.ts'
import { createGate } from '../../support/time/gate.ts'

let page: FakePage
let view: EventTarget
beforeEach(() => {
  page = stubPage()
  view = new EventTarget()
  vi.stubGlobal('addEventListener', view.addEventListener.bind(view))
  vi.stubGlobal('removeEventListener', view.removeEventListener.bind(view))
})
afterEach(() => vi.unstubAllGlobals())

const pageShow = (persisted: boolean): Event => Object.assign(new Event('pageshow'), { persisted })

/** What a page goes through, and whether the stream reconnects then. */
const happenings: readonly (readonly [string, boolean, () => unknown])[] = [
  ['becomes visible', true, () => page.turn(false)],
  ['is hidden', false, () => page.turn(true)],
  ['comes online', true, () => view.dispatchEvent(new Event('online'))],
  ['goes offline', false, () => view.dispatchEvent(new Event('offline'))],
  ['returns from the back/forward cache', true, () => view.dispatchEvent(pageShow(true))],
  ['is loaded', false, () => view.dispatchEvent(pageShow(false))],
]

describe('a page that', () => {
  test.each(happenings)('%s: %s', (_, expected, happen) => {
    const reconnect = vi.fn()
    const undo = reconnectOnPageEvents({ reconnect })
    happen()
    expect(reconnect).toHaveBeenCalledTimes(expected ? 1 : 0)
    undo()
    happen()
    expect(reconnect).toHaveBeenCalledTimes(expected ? 1 : 0)
  })
})

test('ends the pause of a stream', async () => {
  const { url } = await answering(status(503), whole('data: 1\n\n'))
  const paused = createGate()
  const onState = ({ state }: { state: string }): unknown => state === 'waiting' && paused.open()
  const events = stream(url, { retry: { minMs: 1e9, maxMs: 1e9 }, onState })
  const undo = reconnectOnPageEvents(events)
  const reading = all(events)
  await paused.opened
  view.dispatchEvent(new Event('online'))
  expect(dataOf(await reading)).toEqual(['1'])
  undo()
})

test('ends the pause of an EventSource, once', async () => {
  const { url, requests } = await answering(cut('retry: 1000000\ndata: 1\n\n'), held('data: 2\n\n'))
  const source = new EventSource(url)
  onTestFinished(() => source.close())
  const undo = reconnectOnPageEvents(source)
  const paused = new Promise((resolve) => source.addEventListener('error', resolve))
  const second = new Promise((resolve) =>
    source.addEventListener('message', ({ data }) => data === '2' && resolve(data)),
  )
  await paused
  view.dispatchEvent(new Event('online'))
  view.dispatchEvent(new Event('online'))
  expect(await second).toBe('2')
  // Open, it is left alone.
  view.dispatchEvent(new Event('online'))
  source.close()
  view.dispatchEvent(new Event('online'))
  expect([source.readyState, requests.length]).toEqual([EventSource.CLOSED, 2])
  undo()
})

test('does nothing where there is no page', () => {
  vi.unstubAllGlobals()
  expect(() => reconnectOnPageEvents({ reconnect: () => {} })()).not.toThrow()
})
