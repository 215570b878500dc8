// Testing streams: a handler on a clock of its own, and its client against a network that breaks.
//   node --test examples/25-testing.mjs
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineRoute, defineRoutes, Server, sse } from 'tidings'
import { stream } from 'tidings/client'
import { cassetteAfter, collect, createCassette } from 'tidings/testing'
import { streamServer } from 'tidings/testing/node'

const server = new Server(
  defineRoutes([
    defineRoute({
      method: 'GET',
      path: '/quotes',
      sse: { heartbeatMs: 15_000 },
      handler: async function* ({ lastEventId, sleep }) {
        for (let minute = Number(lastEventId ?? 0) + 1; minute <= 480; minute += 1) {
          await sleep(60_000)
          yield sse({ id: String(minute) }, { minute, price: 100 + minute })
        }
      },
    }),
  ]),
)

test('a reader that comes back in the last minutes of the day gets the rest', async () => {
  const { values, heartbeats, ended } = await collect(server, '/quotes', { clock: 'own', lastEventId: '478' })
  assert.deepEqual(values, [
    { minute: 479, price: 579 },
    { minute: 480, price: 580 },
  ])
  assert.ok(heartbeats > 0)
  assert.equal(ended, 'complete')
})

test('a reader that leaves at noon ends the handler', async () => {
  const { values, handlerEnded } = await collect(server, '/quotes', { clock: 'own', leaveAfter: 240 })
  assert.equal(values.length, 240)
  assert.equal(handlerEnded, true)
})

// What a server sent; a file of it is read by `readCassette`, and recorded by `recordResponse`.
const recorded = createCassette(['id: 1\ndata: {"price":101}\n\n', 'id: 2\ndata: {"price":99}\n\n'], { everyMs: 10 })

test('the client goes on behind a cut inside an event, whatever the pieces', async () => {
  const broken = await streamServer(({ lastEventId }) =>
    lastEventId === undefined
      ? { cassette: recorded, cutAfter: 40, splitBytes: 1 }
      : cassetteAfter(recorded, lastEventId),
  )
  const prices = []
  for await (const { data } of stream(broken.url, { as: 'json', retry: { minMs: 1 } })) {
    if (prices.push(data) === 2) break
  }
  await broken.close()
  assert.deepEqual(prices, [{ price: 101 }, { price: 99 }])
})
