// inspect() in a real browser: what is seen of streams, and that nothing about them is changed.
import type { ServerResponse } from 'node:http'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openContext, type ContextOptions } from '../support/chat-element/chat-page.ts'
import { violations } from '../support/inspector/axe.ts'
import { describeWith, pathOf } from '../support/component/component.ts'
import { startScript, type FixtureProcess } from '../support/component/fixture-process.ts'
import { begin, openClientPage } from '../support/inspector/client-page.ts'

/** What the scripts of a page have. */
interface Scope {
  readonly inspect: (options?: object) => () => void
  stop: () => void
  readonly tidings: {
    stream(url: string): AsyncIterable<{ readonly data: string }>
    EventSource: typeof EventSource
  }
}

const open: Parameters<Page['evaluate']>[0] = () =>
  void ((globalThis as unknown as Scope).stop = (globalThis as unknown as Scope).inspect({ open: true }))

const facts = async (): Promise<unknown> => {
  const response = await fetch('/from')
  const clone = response.clone()
  const { url, redirected, type, status, statusText, ok } = response
  const text = await clone.text()
  const bytes: number[] = []
  const reader = response.body?.getReader({ mode: 'byob' })
  for (;;) {
    const result = await reader?.read(new Uint8Array(5))
    if (result === undefined || result.done) break
    bytes.push(...result.value)
  }
  const again = new TextDecoder().decode(new Uint8Array(bytes))
  const own = response.headers.get('x-own')
  return [
    url,
    redirected,
    type,
    status,
    statusText,
    ok,
    own,
    clone.url,
    clone.type,
    text === again,
    text,
    response instanceof Response,
  ]
}

/** Reads so much, and then no more; resolves with what the server has written once it writes no more. */
const readSome = async (bytes: number): Promise<number> => {
  const { reader } = globalThis as unknown as { reader: ReadableStreamDefaultReader<Uint8Array> }
  for (let count = 0; count < bytes;) count += (await reader.read()).value?.byteLength ?? 0
  // It is held back: what it has written is the same over a hundred round trips.
  for (let before = -1, same = 0; ;) {
    const now = Number(await (await fetch('/written')).text())
    same = now === before ? same + 1 : 0
    before = now
    if (same === 100) return now
  }
}

const flood = async (): Promise<void> => {
  const response = await fetch('/flood')
  Object.assign(globalThis, { reader: response.body?.getReader() })
}

const leaveBy = async (way: string): Promise<unknown> => {
  const controller = new AbortController()
  const response = await fetch('/events', { signal: controller.signal })
  const reader = response.body?.getReader()
  await reader?.read()
  const rest = reader?.read().then(
    ({ done, value }) => [done, value],
    (error: Error) => [error.name, error.message],
  )
  if (way === 'abort') controller.abort()
  else await reader?.cancel('no more')
  const end = reader?.closed.then(
    () => 'closed',
    (error: Error) => error.name,
  )
  return [await rest, await end]
}

describeWith('chromium', 'inspect()', () => {
  test('shows the stream that a page reads by fetch, its events as they come, and its end', async () => {
    let answer: ServerResponse | undefined
    const { page, streams, events, panel } = await openClientPage(await openContext(), {
      '/events': (_, response) => void (answer = begin(response)).write('id: 1\nevent: tick\ndata: {"n":1}\n\n'),
    })
    await page.evaluate(open)
    await page.evaluate(async () => {
      const response = await fetch('/events?key=secret', {
        method: 'POST',
        body: '{"a":1}',
        headers: { authorization: 'Bearer secret' },
      })
      const reader = response.body?.getReader()
      void (async () => {
        while ((await reader?.read())?.done === false);
      })()
    })
    await streams.filter({ hasText: 'POST/events?key=[redacted]' }).click()
    await expect.poll(() => events.locator('.data').allTextContents()).toEqual(['{"n":1}'])
    answer?.write('data: two\n\n')
    await expect.poll(() => events.locator('.data').allTextContents()).toEqual(['{"n":1}', 'two'])
    answer?.end()
    await panel.locator('.detail-head .badge', { hasText: 'complete' }).waitFor()
    await panel.getByRole('tab', { name: 'Details' }).click()
    const facts = await panel.locator('.summary').innerText()
    expect(facts).toMatch(/authorization\s+\[redacted\]/)
    expect(facts).toMatch(/x-own\s+yes/)
    expect(facts).toContain('{"a":1}')
    expect(await panel.evaluate((one) => one.shadowRoot?.textContent)).not.toContain('secret')
  })

  test('an answer that is no stream is the very same object, and so are its promise and its errors', async () => {
    const { page } = await openClientPage(await openContext({ expected: /ERR_/ }), {
      '/cut': (request) => request.socket.destroy(),
    })
    const same = await page.evaluate(async () => {
      const native = globalThis.fetch
      let last: Response | undefined
      globalThis.fetch = async (...call) => (last = await native(...call))
      const stop = (globalThis as unknown as Scope).inspect()
      const answer = await fetch('/')
      const isSame = answer === last
      const error = await fetch('/cut').catch((error: unknown) => error)
      const refused = await fetch('http://[').catch((error: unknown) => error)
      const accepting = await fetch('/', { headers: { accept: 'text/event-stream' } })
      stop()
      globalThis.fetch = native
      return [isSame, accepting === last, String(error), String(refused).slice(0, 9), (await answer.text()).slice(0, 9)]
    })
    expect(same).toEqual([true, true, 'TypeError: Failed to fetch', 'TypeError', '<!doctype'])
  })

  test('the answer of a stream is like the original: its facts, its clone, its text, and reading into a buffer', async () => {
    const { page } = await openClientPage(await openContext(), {
      '/from': (_, response) => void response.writeHead(302, { location: '/events' }).end(),
      '/events': (_, response) => void begin(response).end('data: é\n\ndata: 2\n\n'),
    })
    const before = await page.evaluate(facts)
    await page.evaluate(open)
    expect(await page.evaluate(facts)).toEqual(before)
  })

  test('a slow reader holds the server back as it did before, and goes on', async () => {
    let written = 0
    const chunk = `data: ${'x'.repeat(65_528)}\n\n`
    const { page } = await openClientPage(await openContext(), {
      '/flood': (_, response) => {
        written = 0
        begin(response)
        const write = (): void => {
          do written += chunk.length
          while (!response.destroyed && response.write(chunk))
        }
        response.on('drain', write)
        write()
      },
      '/written': (_, response) => void response.end(String(written)),
    })
    const leave = (): Promise<void> =>
      page.evaluate(() => (Reflect.get(globalThis, 'reader') as ReadableStreamDefaultReader).cancel())
    await page.evaluate(flood)
    const before = await page.evaluate(readSome, 1)
    await leave()
    await page.evaluate(open)
    await page.evaluate(flood)
    const first = await page.evaluate(readSome, 1)
    expect(first).toBeLessThan(before * 1.5)
    const second = await page.evaluate(readSome, first)
    expect(second).toBeGreaterThan(first)
    await leave()
  })

  test.each(['abort', 'cancel'] as const)(
    '%s closes the socket, and the reader hears what it heard before',
    async (way) => {
      let closed = 0
      const { page, streams, panel } = await openClientPage(await openContext(), {
        '/events': (_, response) =>
          void begin(response)
            .on('close', () => (closed += 1))
            .write('data: 1\n\n'),
      })
      const before = await page.evaluate(leaveBy, way)
      await expect.poll(() => closed).toBe(1)
      await page.evaluate(open)
      expect(await page.evaluate(leaveBy, way)).toEqual(before)
      await expect.poll(() => closed).toBe(2)
      await streams.filter({ hasText: way === 'abort' ? 'aborted' : 'left' }).waitFor()
      expect(await panel.count()).toBe(1)
    },
  )

  test('what waits for its answer is seen, and what fails', async () => {
    const { page, streams } = await openClientPage(await openContext({ expected: /ERR_|status of 404/ }), {
      '/slow': () => {},
      '/cut': (request) => request.socket.destroy(),
      '/broken': (_, response) => {
        begin(response).write('data: 1\n\n')
        response.socket?.end(() => response.destroy())
      },
      '/none': (_, response) => void response.writeHead(404, { 'content-type': 'text/plain' }).end('no'),
    })
    await page.evaluate(open)
    await page.evaluate(() => {
      const headers = { accept: 'text/event-stream' }
      for (const path of ['/slow', '/cut', '/none']) void fetch(path, { headers }).catch(() => {})
      void fetch('/broken')
        .then((response) => response.text())
        .catch(() => {})
    })
    for (const [path, state] of [
      ['/slow', 'waiting'],
      ['/cut', 'failed'],
      ['/none', 'no stream: 404'],
      ['/broken', 'interrupted'],
    ] as const) {
      await streams.filter({ hasText: path }).filter({ hasText: state }).waitFor()
    }
  })

  test("the browser's EventSource is seen over one connection: its events by type, its reconnection and its end", async () => {
    const requests: (string | undefined)[] = []
    const { page, streams, events, panel } = await openClientPage(await openContext({ expected: /ERR_/ }), {
      '/events': (request, response) => {
        requests.push(request.headers['last-event-id']?.toString())
        begin(response).write(
          `retry: 1\nid: ${requests.length}\nevent: tick\ndata: a\ndata: b\n\ndata: plain\n\nevent: unheard\ndata: x\n\n`,
        )
        if (requests.length === 1) response.end()
      },
    })
    await page.evaluate(open)
    await page.evaluate(() => {
      const source = new EventSource('/events')
      const heard: string[] = []
      source.addEventListener('tick', ({ data }) => heard.push(data))
      // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the way of most pages
      source.onmessage = ({ data }) => heard.push(data)
      Object.assign(globalThis, { source, heard })
    })
    await expect
      .poll(() => page.evaluate(() => Reflect.get(globalThis, 'heard')))
      .toEqual(['a\nb', 'plain', 'a\nb', 'plain'])
    await expect.poll(() => streams.locator('.badge').allTextContents()).toEqual(['open', 'interrupted'])
    expect(requests).toEqual([undefined, '1'])
    await streams.first().click()
    await expect.poll(() => events.locator('.data').allTextContents()).toEqual(['a ↵ b', 'plain'])
    await panel.getByRole('tab', { name: 'Details' }).click()
    await expect.poll(() => panel.locator('.summary').innerText()).toMatch(/Resumed after\s+1/)
    const kinds = await page.evaluate(() => {
      const source = Reflect.get(globalThis, 'source') as EventSource
      source.close()
      return [source instanceof EventSource, EventSource.CLOSED, source.readyState]
    })
    expect(kinds).toEqual([true, 2, 2])
    await streams.filter({ hasText: 'left' }).waitFor()
  })

  test('calling it twice shows one panel, and once both are undone all is as it was', async () => {
    const { page, streams, panel } = await openClientPage(await openContext(), {
      '/events': (_, response) => void begin(response).end('data: 1\n\n'),
    })
    await page.evaluate(() => {
      const natives = [
        fetch,
        EventSource,
        Reflect.get(EventSource.prototype, 'close'),
        Object.hasOwn(EventSource.prototype, 'addEventListener'),
      ]
      Object.assign(globalThis, {
        natives,
        stops: [
          (globalThis as unknown as Scope).inspect({ open: true }),
          (globalThis as unknown as Scope).inspect({ open: true }),
        ],
      })
    })
    const read = (): Promise<unknown> => page.evaluate(async () => void (await (await fetch('/events')).text()))
    await read()
    await expect.poll(() => streams.count()).toBe(1)
    expect(await panel.count()).toBe(1)
    const stop = (index: number): Promise<void> =>
      page.evaluate((index) => (Reflect.get(globalThis, 'stops') as (() => void)[])[index]?.(), index)
    await stop(0)
    await stop(0)
    await read()
    await expect.poll(() => streams.count()).toBe(2)
    await stop(1)
    expect(await panel.count()).toBe(0)
    const isAsBefore = await page.evaluate(() => {
      const now = [
        fetch,
        EventSource,
        Reflect.get(EventSource.prototype, 'close'),
        Object.hasOwn(EventSource.prototype, 'addEventListener'),
      ]
      return (Reflect.get(globalThis, 'natives') as unknown[]).map((native, index) => native === now[index])
    })
    expect(isAsBefore).toEqual([true, true, true, true])
    await read()
  })

  test('what somebody else puts over it stays, and works when it is undone', async () => {
    const { page, panel } = await openClientPage(await openContext(), {
      '/events': (_, response) => void begin(response).end('data: 1\n\n'),
    })
    const texts = await page.evaluate(async () => {
      const stop = (globalThis as unknown as Scope).inspect()
      const ours = globalThis.fetch
      let count = 0
      const theirs: typeof fetch = (...call) => {
        count += 1
        return ours(...call)
      }
      globalThis.fetch = theirs
      stop()
      const text = await (await fetch('/events')).text()
      return [text, count, globalThis.fetch === theirs]
    })
    expect(texts).toEqual(['data: 1\n\n', 1, true])
    expect(await panel.count()).toBe(0)
  })

  test('an answer whose body somebody else reads already is left to them', async () => {
    const { page } = await openClientPage(await openContext(), {
      '/events': (_, response) => void begin(response).end('data: 1\n\n'),
    })
    const isSame = await page.evaluate(async () => {
      const native = globalThis.fetch
      let last: Response | undefined
      globalThis.fetch = async (...call) => {
        last = await native(...call)
        last.body?.getReader()
        return last
      }
      ;(globalThis as unknown as Scope).inspect()
      return (await fetch('/events')) === last
    })
    expect(isSame).toBe(true)
  })

  test('streams of our own clients are seen, too', async () => {
    const { page, streams } = await openClientPage(await openContext(), {
      '/stream': (_, response) => void begin(response).write('id: 1\ndata: "by stream"\n\n'),
      '/source': (_, response) => void begin(response).write('data: by EventSource\n\n'),
    })
    await page.evaluate(open)
    await page.evaluate(async () => {
      for await (const { data } of (globalThis as unknown as Scope).tidings.stream('/stream')) {
        Object.assign(globalThis, { data })
        break
      }
      const source = new (globalThis as unknown as Scope).tidings.EventSource('/source')
      await new Promise((resolve) => source.addEventListener('message', resolve))
      source.close()
    })
    await streams.filter({ hasText: '/stream' }).filter({ hasText: 'left' }).waitFor()
    await expect
      .poll(() => streams.filter({ hasText: '/source' }).locator('.badge').textContent())
      .toMatch(/aborted|left/)
  })

  test('a page of another host is left alone unless it asks for it', async () => {
    const context = await openContext()
    const { page: own, url } = await openClientPage(context)
    const script = await (await fetch(`${url}/page.js`)).text()
    await own.close()
    const page = await context.newPage()
    await page.route('https://shop.example/**', (route) =>
      route.request().url().endsWith('.js')
        ? route.fulfill({ body: script, contentType: 'text/javascript' })
        : route.fulfill({
            body: '<!doctype html><link rel="icon" href="data:,"><script type="module" src="page.js"></script>',
            contentType: 'text/html',
          }),
    )
    const said: string[] = []
    page.on('console', (message) => said.push(message.text()))
    await page.goto('https://shop.example/')
    await page.waitForFunction(() => 'inspect' in globalThis)
    const [isSame, isOther] = await page.evaluate(() => {
      const { inspect } = globalThis as unknown as Scope
      const before = fetch
      inspect()
      const isSame = fetch === before
      inspect({ anyHost: true })
      return [isSame, fetch !== before]
    })
    expect([isSame, isOther]).toEqual([true, true])
    expect(said.join('\n')).toContain('inspect() does nothing on shop.example')
    expect(await page.locator('[data-tidings-inspector]').count()).toBe(1)
  })

  test('the panel is shown by its button and its key, made higher by keys, and what is typed in it is not for the page', async () => {
    const { page, panel } = await openClientPage(await openContext(), {
      '/events': (_, response) => void begin(response).write('data: 1\n\n'),
    })
    await page.evaluate(() => {
      const keys: string[] = []
      document.addEventListener('keydown', ({ key }) => keys.push(key))
      Object.assign(globalThis, { keys, stop: (globalThis as unknown as Scope).inspect() })
      void fetch('/events')
    })
    const button = panel.getByRole('button', { name: 'Streams 1' })
    await button.click()
    const region = panel.getByRole('region', { name: 'Streams of this page' })
    await region.waitFor()
    await panel.getByLabel('Filter streams').fill('')
    await panel.getByLabel('Filter streams').press('x')
    const handle = panel.getByRole('separator', { name: 'Height of the panel' })
    const height = Number(await handle.getAttribute('aria-valuenow'))
    await handle.press('ArrowUp')
    expect(await region.evaluate((one) => one.clientHeight)).toBeGreaterThan(height)
    await page.keyboard.press('Escape')
    await region.waitFor({ state: 'hidden' })
    await page.getByLabel('Field').focus()
    await page.keyboard.press('Alt+Shift+S')
    await region.waitFor()
    await page.keyboard.press('Alt+Shift+S')
    await button.waitFor()
    expect(await page.evaluate(() => Reflect.get(globalThis, 'keys'))).not.toContain('x')
    expect(await page.getByLabel('Field').inputValue()).toBe('')
  })

  test('in the console only: one line for what happens, with data that can be folded, and no panel', async () => {
    const { page, panel } = await openClientPage(await openContext(), {
      '/events': (_, response) => void begin(response).end('id: 7\nevent: tick\ndata: {"n":1}\n\ndata: %s %c\n\n'),
    })
    const said: string[] = []
    page.on('console', (message) => said.push(message.text()))
    await page.evaluate(async () => {
      ;(globalThis as unknown as Scope).inspect({ show: 'console' })
      await (await fetch('/events')).text()
    })
    await expect
      .poll(() => said.map((line) => line.replace(/http:\S+:\d+/, '')))
      .toEqual([
        '[tidings] GET /events opened',
        '[tidings] GET /events 200 text/event-stream',
        '[tidings] GET /events tick 7 {n: 1}',
        '[tidings] GET /events message  %s %c',
        '[tidings] GET /events complete 2 events ',
      ])
    expect(await panel.count()).toBe(0)
  })

  const looks: readonly { name: string; options: ContextOptions }[] = [
    { name: 'light', options: { colorScheme: 'light' } },
    { name: 'dark', options: { colorScheme: 'dark' } },
    { name: '320 pixels wide', options: { colorScheme: 'light', viewport: { width: 320, height: 640 } } },
  ]

  test.each(looks)('axe finds nothing in a page with the panel: $name', async ({ options }) => {
    const { page, panel, streams, events } = await openClientPage(await openContext(options), {
      '/events': (_, response) => void begin(response).write('data: {"n":1}\n\n'),
    })
    await page.evaluate(() => {
      ;(globalThis as unknown as Scope).inspect()
      void fetch('/events').then((response) => response.text())
    })
    expect(await violations(page)).toEqual([])
    await panel.getByRole('button', { name: 'Streams 1' }).click()
    await streams.click()
    await events.click()
    expect(await violations(page)).toEqual([])
  })

  describe('with a server in Python', () => {
    let python: FixtureProcess
    beforeAll(async () => {
      python = await startScript(pathOf('python3'), [], 'component/other-server.py')
    })
    afterAll(() => python.kill())

    test.each([
      { path: '/crlf', data: ['{"text": "é"}', 'two ↵ lines'] },
      { path: '/lines', data: [0, 1, 2, 3, 4].map((n) => expect.stringContaining(`"n": ${n}`)) },
    ])('its stream $path is seen', async ({ path, data }) => {
      const { page, streams, events } = await openClientPage(await openContext())
      await page.evaluate(open)
      await page.evaluate(async (url) => void (await (await fetch(url)).text()), `${python.url}${path}`)
      await streams.click()
      await expect.poll(() => events.locator('.data').allTextContents()).toEqual(data)
    })
  })
})
