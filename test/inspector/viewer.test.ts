import { expect, it } from 'vitest'
import { History } from '../../src/inspector/history.ts'
import { view } from '../../src/inspector/viewer.ts'
import type { InspectorRecord, OpenedRecord } from '../../src/inspector-model/index.ts'

const opened: OpenedRecord = { kind: 'opened', at: 1, stream: 's', source: 'server', method: 'GET', url: '/' }

/** A page that has been told what there was, and reads nothing more for now. */
async function slowPage(history: History): Promise<AsyncGenerator<InspectorRecord>> {
  const records = view({ history, channels: [] }, new AbortController().signal)
  await records.next()
  return records
}

async function take(records: AsyncGenerator<InspectorRecord>, count: number): Promise<InspectorRecord[]> {
  const taken: InspectorRecord[] = []
  while (taken.length < count) {
    const { done, value } = await records.next()
    if (done === true) break
    taken.push(value)
  }
  return taken
}

it('keeps little for a page that does not read, however small what is written is, and the counts right', async () => {
  const history = new History({ eventsPerStream: 10, maxBytes: 1e6 })
  const log = history.open(opened)
  if (log === undefined) throw new Error('It has not opened.')
  const records = await slowPage(history)
  for (let n = 0; n < 200_000; n += 1) history.write(log, 'data\n\n', 1)
  const counted = { records: 0, events: 0 }
  while (counted.events < 200_000) {
    const { value } = await records.next()
    const record: InspectorRecord = value
    counted.records += 1
    if (record.kind === 'wrote' || record.kind === 'forgot') counted.events += record.events
  }
  expect(counted.events).toBe(200_000)
  expect(counted.records).toBeLessThan(40_000)
  await records.return(undefined)
})

it('tells at once of an event that is too large to be shown', async () => {
  const history = new History({ eventsPerStream: 10, maxBytes: 1e9 })
  const log = history.open(opened)
  if (log === undefined) throw new Error('It has not opened.')
  const records = await slowPage(history)
  const next = records.next()
  history.write(log, `data: ${'x'.repeat(9 * 1024 * 1024)}\n\n`, 1)
  expect((await next).value).toMatchObject({ kind: 'forgot', events: 1 })
  await records.return(undefined)
})

it('tells a page everything anew that did not read while too many streams opened and ended', async () => {
  const history = new History({ eventsPerStream: 10, maxBytes: 1e6 })
  history.open(opened)
  const records = await slowPage(history)
  for (let n = 0; n < 30_000; n += 1) {
    const log = history.open({ ...opened, stream: `s${n}`, who: 'x'.repeat(100) })
    if (log !== undefined) history.end(log, 2, 'complete', undefined)
  }
  expect((await take(records, 1e6)).length).toBe(0)
  expect(history.isWatched).toBe(false)
})
