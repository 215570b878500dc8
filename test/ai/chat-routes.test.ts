// Chat routes: an answer for each message, followed from anywhere, stopped for all, and told once when it has ended.
import { describe, expect, test } from 'vitest'
import { chat } from '../../src/ai/index.ts'
import { memoryJournal } from '../../src/journal/index.ts'
import { err } from '../../src/server/index.ts'
import { SpyingJournal } from '../support/journal/spying-journal.ts'
import { framesOf, say, startChat, stepped, textOf, uiMessage } from '../support/chat/chat-node.ts'
import { until } from '../support/server/asking.ts'
import { createGate } from '../support/time/gate.ts'

const speaking = async function* () {
  yield 'Hello'
  yield ', you.'
}

async function* manyParts() {
  yield chat.reasoning('Hm.')
  yield* speaking()
  yield* chat.tool('weather', { city: 'Oslo' }, () => ({ degrees: 4 }))
  yield chat.data('load', { percent: 40 })
  yield chat.source({ url: 'https://example.com/', title: 'Example' })
  yield 'Good bye.'
}

async function get(url: string, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/chat/${path}`, { headers })
}

async function stop(url: string, id: string, body?: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/chat/${id}/stop`, {
    method: 'POST',
    ...(body !== undefined && { headers, body: JSON.stringify(body) }),
  })
  return response.json()
}

/** Reads a response until its text has `part`, then leaves it open. */
async function readUntil(response: Response, part: string): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (!text.includes(part)) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
    if (done) throw new Error(`The answer ended without ${part}: ${text}`)
    text += value
  }
  void reader?.cancel()
  return text
}

describe('an answer', () => {
  test('is streamed as UI messages, each frame with its position', async () => {
    const { url } = await startChat(speaking)
    const response = await say(url)
    expect(response.headers.get('x-vercel-ai-ui-message-stream')).toBe('v1')
    const runId = response.headers.get('x-run-id') ?? ''
    expect(runId).toMatch(/^[0-9a-z]{25}$/)
    const frames = framesOf(await response.text())
    expect(textOf(frames)).toBe('Hello, you.')
    expect(frames.at(-1)?.data).toBe('[DONE]')
    expect(frames.every(({ id }) => id.startsWith(runId))).toBe(true)
  })

  test('is given as a whole where no stream is asked for', async () => {
    for (const isBound of [true, false]) {
      const { url } = await startChat(speaking, { isBound })
      const accept = 'text/event-stream;tidings=1'
      const response = await say(url, { ...uiMessage('Hello'), stream: false }, { accept })
      expect(response.headers.get('content-type')).toContain('application/json')
      const { outcome, message } = await response.json()
      expect(outcome).toBe('completed')
      expect(message.parts.at(-1)).toEqual({ type: 'text', text: 'Hello, you.', state: 'done' })
    }
  })

  test('has no positions where nothing is kept of it, and ends with its reader', async () => {
    const { handler, log, open } = stepped(['one', 'two', 'three'])
    const { url, ended } = await startChat(handler, { isBound: true })
    open(0)
    const response = await say(url)
    const text = await readUntil(response, '"one"')
    expect(text).not.toContain('id: ')
    await until(() => log.includes('finally aborted'))
    await until(() => ended.length > 0)
    expect(ended).toMatchObject([
      { outcome: 'stopped', message: { parts: [{ type: 'step-start' }, { type: 'text', text: 'one' }] } },
    ])
  })

  test('has thoughts that end when something else is said, and loses nothing on the way to useChat', async () => {
    const losses: unknown[] = []
    const { url } = await startChat(
      async function* () {
        yield chat.reasoning('Hm, ')
        yield chat.usage({ outputTokens: 1 })
        yield chat.reasoning('yes.')
        yield* chat.tool('weather', { city: 'Oslo' }, () => ({ degrees: 4 }))
        yield 'Cold.'
        yield chat.reasoning('And?')
      },
      { onLoss: (loss) => losses.push(loss) },
    )
    const chunks = framesOf(await (await say(url)).text()).flatMap(({ data }) =>
      data === '[DONE]' ? [] : [JSON.parse(data)],
    )
    const types = chunks.map(({ type }) => type).filter((type) => /^(reasoning|text|tool)/.test(type))
    const said = 'reasoning-start reasoning-delta'
    expect(types.join(' ')).toBe(
      `${said} reasoning-delta reasoning-end tool-input-available tool-output-available ` +
        `text-start text-delta text-end ${said} reasoning-end`,
    )
    expect(losses).toEqual([])
  })

  test('is told to onEnd once, with all of it', async () => {
    const { url, ended } = await startChat(speaking, { meta: ({ chatId }) => ({ of: chatId }) })
    await (await say(url)).text()
    await until(() => ended.length > 0)
    expect(ended).toMatchObject([
      {
        outcome: 'completed',
        reason: 'stop',
        chatId: 'chat-1',
        owner: 'somebody',
        meta: { of: 'chat-1' },
        message: { role: 'assistant', parts: [{ type: 'step-start' }, { type: 'text', text: 'Hello, you.' }] },
      },
    ])
    await (await get(url, 'chat-1/stream')).text()
    expect(ended).toHaveLength(1)
  })

  test('that fails before it has said anything is a status, with a message only if it is meant for the client', async () => {
    const failing = await startChat(() => {
      throw new Error('the password is 1234')
    })
    const masked = await say(failing.url)
    expect([masked.status, await masked.text()]).toEqual([500, 'An error occurred.'])
    expect(failing.errors).toHaveLength(1)
    const refusing = await startChat(() => {
      throw err.tooManyRequests('Come back tomorrow.')
    })
    const meant = await say(refusing.url)
    expect([meant.status, await meant.text()]).toEqual([429, 'Come back tomorrow.'])
    expect(refusing.errors).toEqual([])
  })

  test('that fails later ends with an error, a finish and [DONE]', async () => {
    for (const isBound of [true, false]) {
      const { url, errors } = await startChat(
        async function* () {
          yield 'Once'
          throw new Error('the password is 1234')
        },
        { isBound },
      )
      const data = framesOf(await (await say(url)).text()).map((frame) => frame.data)
      expect(data.slice(-3)).toEqual([
        '{"type":"error","errorText":"An error occurred."}',
        '{"type":"finish","finishReason":"error"}',
        '[DONE]',
      ])
      expect(errors).toHaveLength(1)
    }
  })

  test('tells of tools that the server runs, which get the signal of the run', async () => {
    let given: AbortSignal | undefined
    const { url, ended } = await startChat(async function* () {
      const { degrees } = yield* chat.tool('weather', { city: 'Oslo' }, (signal) => {
        given = signal
        return { degrees: 4 }
      })
      yield `${degrees} degrees`
    })
    const text = await (await say(url)).text()
    expect(text).toContain('"type":"tool-output-available"')
    expect(given?.aborted).toBe(false)
    await until(() => ended.length > 0)
    expect(ended[0]?.message.parts).toMatchObject([
      { type: 'step-start' },
      { type: 'dynamic-tool', toolName: 'weather', state: 'output-available', output: { degrees: 4 } },
      { type: 'step-start' },
      { type: 'text', text: '4 degrees' },
    ])
  })
})

describe('a reader that comes back', () => {
  test('finds the answer going on, from its first chunk by its chat, and nothing once it has been told', async () => {
    const { handler, log, open, openAll } = stepped(['one ', 'two ', 'three'])
    const { url, ended } = await startChat(handler)
    open(0)
    await readUntil(await say(url), '"one "')
    expect(log).toEqual(['called'])
    const again = await get(url, 'chat-1/stream')
    openAll()
    expect(textOf(framesOf(await again.text()))).toBe('one two three')
    expect(log).toEqual(['called', 'done', 'finally'])
    await until(() => ended.length > 0)
    await until2(() => get(url, 'chat-1/stream'), 204)
    expect((await get(url, 'another/stream')).status).toBe(204)
  })

  test('goes on behind any frame, on another node too, with the very same bytes', async () => {
    const journal = memoryJournal()
    const node = await startChat(manyParts, { journal })
    const other = await startChat(manyParts, { journal })
    for (const protocol of ['ui-message', 'events', 'openai-chat']) {
      const first = await say(node.url, uiMessage('Hello', `chat of ${protocol}`))
      const runId = first.headers.get('x-run-id') ?? ''
      await first.text()
      const whole = await (await get(other.url, `${runId}/stream?protocol=${protocol}&startIndex=0`)).text()
      const frames = whole.split(/(?<=\n\n)/)
      expect(frames.length).toBeGreaterThan(5)
      for (const [index, { id }] of framesOf(whole).entries()) {
        const rest = await get(other.url, `${runId}/stream?protocol=${protocol}`, { 'last-event-id': id })
        expect(await rest.text()).toBe(frames.slice(index + 1).join(''))
      }
      const counted = await get(other.url, `${runId}/stream?protocol=${protocol}&startIndex=3`)
      expect(await counted.text()).toBe(frames.slice(3).join(''))
    }
  })

  test('is given the whole message that an answer goes on with, also where it comes back to that', async () => {
    const { url, ended } = await startChat(speaking)
    const parts = [
      { type: 'step-start' },
      { type: 'reasoning', text: 'Hm.', state: 'done' },
      { type: 'tool-where', toolCallId: 'c1', state: 'output-available', input: { exact: true }, output: 'Oslo' },
      { type: 'data-load', id: 'd', data: 4 },
    ]
    const messages = [
      { id: 'u1', role: 'user', parts: [{ type: 'text', text: 'Where?' }] },
      { id: 'a1', role: 'assistant', metadata: { model: 'm' }, parts },
    ]
    const first = await say(url, { id: 'chat-1', messages })
    const runId = first.headers.get('x-run-id') ?? ''
    const answer = await first.text()
    expect(answer).not.toContain('Hm.')
    const whole = await (await get(url, `${runId}/stream`)).text()
    expect(typesOf(whole).slice(0, 9)).toEqual([
      'start',
      'message-metadata',
      'start-step',
      'reasoning-start',
      'reasoning-delta',
      'reasoning-end',
      'tool-input-available',
      'tool-output-available',
      'data-load',
    ])
    // The two deltas of the text are one for whoever begins anew.
    expect(typesOf(whole).slice(9)).toEqual(joined(typesOf(answer)).slice(1))
    // Whoever is cut off behind any of it goes on as all others do.
    for (const [index, { id }] of framesOf(whole).entries()) {
      if (id === '') continue
      const rest = await get(url, `${runId}/stream`, { 'last-event-id': id })
      expect(joined(typesOf(await rest.text()))).toEqual(typesOf(whole).slice(index + 1))
    }
    const counted = await get(url, `${runId}/stream?startIndex=1`)
    expect(typesOf(await counted.text())).toEqual(typesOf(answer).slice(1))
    await until(() => ended.length > 0)
    expect(ended[0]?.message).toMatchObject({ id: 'a1', metadata: { model: 'm' } })
    expect(ended[0]?.message.parts.map(({ type }) => type)).toEqual([
      'step-start',
      'reasoning',
      'dynamic-tool',
      'data-load',
      'step-start',
      'text',
    ])
  })

  test('gets nothing of another user', async () => {
    const { url } = await startChat(speaking)
    await (await say(url)).text()
    expect((await get(url, 'chat-1/stream', { user: 'Eve' })).status).toBe(204)
  })

  test('cannot tell the run of another user from one that is not kept, or never was, by any answer', async () => {
    const { url } = await startChat(speaking)
    const response = await say(url)
    const foreign = response.headers.get('x-run-id') ?? ''
    await response.text()
    const never = 'a'.repeat(25)
    const answersOf = (runId: string): Promise<unknown[]> => {
      const headers = { user: 'Eve' }
      const place = { ...headers, 'last-event-id': `${runId}.1` }
      const asked = [
        ...['', '?startIndex=0', '?startIndex=-1', '?from=now', '?protocol=events', '?protocol=openai-chat'].map(
          (query) => get(url, `${runId}/stream${query}`, headers),
        ),
        get(url, `${runId}/stream`, place),
        say(url, undefined, place),
        fetch(`${url}/chat/${runId}/stop`, { method: 'POST', headers }),
      ]
      return Promise.all(
        asked.map(async (asking) => {
          const answer = await asking
          return [answer.status, (await answer.text()).replaceAll(runId, ''), answer.headers.get('content-type')]
        }),
      )
    }
    const answers = await answersOf(foreign)
    expect(answers).toEqual(await answersOf(never))
    expect(answers[0]).toEqual([410, 'There is no such run any more.', 'text/plain; charset=utf-8'])
    expect((await get(url, `${foreign}/stream`)).status).toBe(200)
  })
})

describe('an answer that is over', () => {
  test.each([
    ['read to its end', {}],
    ['read as a whole', { stream: false }],
  ])('is followed by nobody once it was %s', async (_, more) => {
    const journal = new SpyingJournal()
    const watched = { count: 0 }
    const watch = journal.watch.bind(journal)
    journal.watch = async (topic, watcher) => {
      const unwatch = await watch(topic, watcher)
      if (!topic.startsWith('~run/')) return unwatch
      watched.count += 1
      return async () => {
        watched.count -= 1
        await unwatch()
      }
    }
    const { url, ended } = await startChat(speaking, { journal })
    const accept = 'text/event-stream;tidings=1'
    await (await say(url, { ...uiMessage('Hello'), ...more }, { accept })).text()
    await until(() => ended.length > 0)
    await until(() => watched.count === 0)
  })
})

describe('stop', () => {
  test('ends the answer for all, keeps what was said, and comes to nothing a second time', async () => {
    const { handler, log, open } = stepped(['one', 'two'])
    const { url, ended } = await startChat(handler)
    open(0)
    const reading = (await say(url)).text()
    const second = get(url, 'chat-1/stream').then((response) => response.text())
    await until(() => log.length > 0)
    expect(await stop(url, 'chat-1')).toEqual({ stopped: true })
    const data = framesOf(await reading).map((frame) => frame.data)
    expect(data.slice(-3)).toEqual([
      '{"type":"abort","reason":"stopped"}',
      '{"type":"finish","finishReason":"other"}',
      '[DONE]',
    ])
    expect(log).toContain('finally aborted')
    expect((await second).endsWith('data: [DONE]\n\n')).toBe(true)
    expect(await stop(url, 'chat-1')).toEqual({ stopped: false })
    expect(ended).toMatchObject([{ outcome: 'stopped' }])
  })
})

test.each([true, false])(
  'a source that waits is let go at once when its answer ends early (bound: %s)',
  async (isBound) => {
    let isCancelled = false
    const silent = (): ReadableStream<string> =>
      new ReadableStream({
        start: (controller) => controller.enqueue('one'),
        cancel: () => {
          isCancelled = true
        },
      })
    const { url } = await startChat(silent, { isBound })
    await readUntil(await say(url), '"one"')
    if (!isBound) expect(await stop(url, 'chat-1')).toEqual({ stopped: true })
    await until(() => isCancelled)
  },
)

test('what a handler throws when it is let go is reported', async () => {
  const deaf = createGate()
  const { url, errors } = await startChat(async function* () {
    try {
      yield 'one'
      await deaf.opened
      yield 'two'
    } finally {
      // oxlint-disable-next-line no-unsafe-finally -- as a handler may
      throw new Error('The database is away.')
    }
  })
  await readUntil(await say(url), '"one"')
  expect(await stop(url, 'chat-1')).toEqual({ stopped: true })
  deaf.open()
  await until(() => errors.some((error) => error instanceof Error && error.message === 'The database is away.'))
})

describe('a second message', () => {
  test('is refused while an answer is being given, by default', async () => {
    const { handler, openAll } = stepped(['one'])
    const { url } = await startChat(handler)
    const first = say(url)
    const refused = await until2(() => say(url), 409)
    expect(refused.headers.get('x-should-retry')).toBe('false')
    openAll()
    expect(textOf(framesOf(await (await first).text()))).toBe('one')
  })

  test('replaces the answer', async () => {
    const { handler, log, open } = stepped(['one', 'two'])
    const { url } = await startChat(handler, { whileRunning: 'replace' })
    open(0)
    const first = await say(url)
    const reading = first.text()
    const second = await say(url)
    expect(await reading).toContain('"abort"')
    expect(log.filter((entry) => entry === 'called')).toHaveLength(2)
    expect(second.headers.get('x-run-id')).not.toBe(first.headers.get('x-run-id'))
    await second.body?.cancel()
  })

  test('waits, and knows what the answer before it came to', async () => {
    const { handler, openAll } = stepped(['one'])
    const previous: unknown[] = []
    let count = 0
    const { url } = await startChat(
      (ctx) => {
        previous.push(ctx.previous?.message.parts)
        count += 1
        return count === 1 ? handler(ctx) : speaking()
      },
      { whileRunning: 'queue', maxQueued: 1 },
    )
    const first = say(url)
    await until(() => count === 1)
    const second = say(url)
    const third = await until2(() => say(url), 429)
    await third.text()
    openAll()
    await (await first).text()
    expect(textOf(framesOf(await (await second).text()))).toBe('Hello, you.')
    expect(previous).toEqual([undefined, [{ type: 'step-start' }, { type: 'text', text: 'one', state: 'done' }]])
  })
})

/** Asks until an answer has this status. */
async function until2(ask: () => Promise<Response>, status: number): Promise<Response> {
  for (;;) {
    const response = await ask()
    if (response.status === status) return response
    await response.body?.cancel()
  }
}

/** The types of the chunks of UI messages. */
function joined(types: readonly string[]): readonly string[] {
  return types.filter((type, index) => type !== 'text-delta' || types[index - 1] !== type)
}

function typesOf(text: string): readonly string[] {
  return framesOf(text).map(({ data }) => /"type":"([a-z-]+)"/.exec(data)?.[1] ?? data)
}
