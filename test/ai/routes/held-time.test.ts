// What a chat route does when time has passed: handlers that go on after Stop, and ends that could not be told.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { say, startChat, stepped } from '../../support/chat/chat-node.ts'
import { createGate } from '../../support/time/gate.ts'
import { holdTime, pass, passDuring } from '../../support/time/held-time.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** The warnings on the console, from now on. */
function warnings(): unknown[] {
  const list: unknown[] = []
  vi.spyOn(console, 'warn').mockImplementation((text: unknown) => void list.push(text))
  return list
}

/** A handler that hears nothing: it says a word, and waits for the gate. */
function deaf() {
  const gate = createGate()
  return {
    open: () => gate.open(),
    handler: () => words(gate.opened),
  }
}

async function* words(later: Promise<void>) {
  yield 'one'
  await later
  yield 'two'
}

async function stopOne(url: string): Promise<void> {
  const response = await passDuring(say(url))
  const stopped = await passDuring(fetch(`${url}/chat/chat-1/stop`, { method: 'POST' }))
  expect(await passDuring(stopped.json())).toEqual({ stopped: true })
  await passDuring(response.text())
}

describe('a handler that goes on after Stop', () => {
  test('is named once, in development, after five seconds', async () => {
    holdTime()
    const list = warnings()
    const { handler, open } = deaf()
    const { url } = await startChat(handler)
    await stopOne(url)
    await pass(4990)
    expect(list).toEqual([])
    await pass(20)
    expect(list).toEqual([
      expect.stringMatching(/^tidings: the handler of POST \/chat goes on 5 s after .* Pass `signal`/),
    ])
    await stopOne(url)
    await pass(6000)
    expect(list).toHaveLength(1)
    open()
  })

  test('is not named where it ends in time, nor in production', async () => {
    holdTime()
    const list = warnings()
    const hearing = await startChat(stepped(['one', 'two']).handler)
    await stopOne(hearing.url)
    await pass(6000)
    vi.stubEnv('NODE_ENV', 'production')
    const { handler, open } = deaf()
    const { url } = await startChat(handler)
    await stopOne(url)
    await pass(6000)
    expect(list).toEqual([])
    open()
  })
})

async function failing() {
  holdTime()
  let count = 0
  const node = await startChat(
    async function* () {
      yield 'ok'
    },
    {
      onEnd: () => {
        count += 1
        throw new Error('The database is away.')
      },
    },
  )
  const response = await passDuring(say(node.url))
  await passDuring(response.text())
  // The end of the log is seen by its writer and by its reader: each looks once.
  while (node.errors.length === 0) await pass(1)
  await pass(500)
  return { ...node, count: () => count }
}

describe('an end that could not be told', () => {
  test('is told again by itself', async () => {
    const { count, errors } = await failing()
    const before = count()
    await pass(2000)
    expect([count(), errors.length]).toEqual([before + 1, before + 1])
  })

  test('holds up no server that closes, which gives it up', async () => {
    const { count, server } = await failing()
    const [before, startedAt] = [count(), performance.now()]
    await passDuring(server.close({ drainMs: 10_000 }))
    expect(performance.now() - startedAt).toBeLessThan(400)
    await pass(6000)
    expect(count()).toBe(before)
  })
})
