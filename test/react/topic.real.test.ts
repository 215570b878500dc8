// `useTopic()` over a topic of a server.
import { expect, test } from 'vitest'
import { createChannels, type Topic } from '../../src/channel/index.ts'
import { createClient, isGap, isReset } from '../../src/client/index.ts'
import { memoryJournal } from '../../src/journal/index.ts'
import { useTopic, type UseTopic } from '../../src/react/index.ts'
import { defineRoute, defineRoutes } from '../../src/adapters/index.ts'
import { render, type Component } from '../support/chat/render.ts'
import { describeWith } from '../support/component/component.ts'
import { turns, until } from '../support/server/asking.ts'
import { run } from '../support/server/running.ts'

interface Order {
  readonly n: number
}

/** A topic at `/orders`, and the positions that its readers came with. */
async function startTopic({ maxEvents = 1000, from = 'start' }: { maxEvents?: number; from?: 'start' | 'now' } = {}) {
  const channels = createChannels({ journal: memoryJournal(), healMs: 50, retention: { maxEvents } })
  const topic: Topic<Order> = channels.topic<Order>('orders')
  const readers: (string | undefined)[] = []
  const feed = defineRoute({
    method: 'GET',
    path: '/orders',
    sse: { openAfterMs: false },
    handler: ({ lastEventId }) => {
      readers.push(lastEventId)
      return topic.subscribe({ after: lastEventId, from })
    },
  })
  const routes = defineRoutes([feed])
  const { url, server } = await run([feed])
  return { url, topic, readers, routes, server, openStreams: () => server.openStreams }
}

const joined = (orders: readonly Order[]): string => orders.map(({ n }) => n).join()

describeWith('chat-clients', 'useTopic()', () => {
  test('gives the latest event, the last ones, and what they come to, over one connection', async () => {
    const { url, topic, readers, openStreams } = await startTopic()
    const Latest: Component = () => {
      const { value, status } = useTopic<Order>(`${url}/orders`)
      return `${status}: ${value?.n ?? 'none'};`
    }
    const Last: Component = () => joined(useTopic<Order>(`${url}/orders`, { last: 2 }).value)
    const Sum: Component = () => {
      const { value } = useTopic<Order, number>(`${url}/orders`, { reduce: (sum, { n }) => sum + n, initial: 100 })
      return `=${value}`
    }
    const first = await render(Latest, Last, Sum)
    await until(() => first.text() === 'open: none;=100')
    for (const n of [1, 2, 3]) await topic.publish({ n })
    await until(() => first.text() === 'open: 3;2,3=106')
    const later = await render(Sum)
    await until(() => later.text() === '=106')
    expect(readers).toHaveLength(1)
    first.hide()
    later.hide()
    await until(() => openStreams() === 0)
  })

  test('goes on where it was when its component is shown again', async () => {
    const { url, topic, readers, openStreams } = await startTopic()
    const shown: string[] = []
    const List: Component = () => {
      const { value } = useTopic<Order>(`${url}/orders`, { last: 10 })
      shown.push(joined(value))
      return joined(value)
    }
    const first = await render(List)
    await until(() => readers.length === 1)
    await topic.publish({ n: 1 })
    await until(() => first.text() === '1')
    first.hide()
    await until(() => openStreams() === 0)
    await topic.publish({ n: 2 })
    shown.length = 0
    const again = await render(List)
    await until(() => again.text() === '1,2')
    // What was known already is there from the first moment on.
    expect(shown[0]).toBe('1')
    expect(readers).toHaveLength(2)
    expect(readers[1]).toMatch(/1/)
    again.hide()
  })

  test('goes on from its first moment, before any event, and by the position that it is given', async () => {
    const { url, topic, openStreams } = await startTopic({ from: 'now' })
    const { id } = await topic.publish({ n: 1 })
    const Joined: Component = () => {
      const { value, status } = useTopic<Order>(`${url}/orders`, { last: 10, key: 'a' })
      return `(${status} ${joined(value)})`
    }
    const After: Component = () => {
      const { value } = useTopic<Order>(`${url}/orders`, { last: 10, initial: [{ n: 1 }], after: id })
      return `[${joined(value)}]`
    }
    const first = await render(Joined, After)
    // The head comes with the first frame, which says where the reader is.
    await until(() => first.text() === '(open )[1]')
    await turns(20)
    first.hide()
    await until(() => openStreams() === 0)
    await topic.publish({ n: 2 })
    const again = await render(Joined, After)
    await until(() => again.text() === '(open 2)[1,2]')
    again.hide()
  })

  test('forgets at once where it is told so', async () => {
    const { url, topic, readers, openStreams } = await startTopic()
    const List: Component = () => joined(useTopic<Order>(`${url}/orders`, { last: 10, keepMs: false }).value)
    const first = await render(List)
    await until(() => readers.length === 1)
    await topic.publish({ n: 1 })
    await until(() => first.text() === '1')
    first.hide()
    await until(() => openStreams() === 0)
    const again = await render(List)
    await until(() => readers.length === 2)
    expect(readers[1]).toBeUndefined()
    again.hide()
  })

  test('says what it has missed, and begins again when the log was replaced', async () => {
    const { url, topic } = await startTopic({ maxEvents: 2 })
    const { id } = await topic.publish({ n: 1 })
    for (const n of [2, 3, 4]) await topic.publish({ n })
    const told: UseTopic<number>[] = []
    const Sum = (after: string) => (): string => {
      const sum = useTopic<Order, number>(`${url}/orders`, { reduce: (all, { n }) => all + n, initial: 100, after })
      told.push(sum)
      return String(sum.value)
    }
    const late = await render(Sum(id))
    await until(() => late.text() === '107')
    const { missed } = told.at(-1) ?? {}
    expect(missed !== undefined && isGap(missed)).toBe(true)
    late.hide()
    const foreign = await render(Sum(`${id.slice(0, -1)}9999`))
    await until(() => foreign.text() === '107' && told.at(-1)?.missed !== undefined)
    const { missed: replaced } = told.at(-1) ?? {}
    expect(replaced !== undefined && isReset(replaced)).toBe(true)
    foreign.hide()
  })

  test('reads a call of a client, whose position and status it keeps', async () => {
    const { url, topic, readers, routes, openStreams } = await startTopic()
    const client = createClient<typeof routes>(url)
    const List: Component = () => {
      const { value, status } = useTopic((call) => client.get('/orders', call), { last: 10, key: 'orders' })
      return `${status}: ${joined(value)}`
    }
    const first = await render(List)
    await until(() => first.text() === 'open: ')
    await topic.publish({ n: 1 })
    await until(() => first.text() === 'open: 1')
    first.hide()
    await until(() => openStreams() === 0)
    await topic.publish({ n: 2 })
    const again = await render(List)
    await until(() => again.text() === 'open: 1,2')
    expect(readers).toHaveLength(2)
    again.hide()
  })
})
