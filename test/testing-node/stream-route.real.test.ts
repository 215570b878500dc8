// Cassettes in pages of Chromium that Playwright drives: in real time, for EventSource and fetch, on http and https.
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { cassetteAfter, createCassette } from '../../src/testing/index.ts'
import { streamRoute, type StreamServer } from '../../src/testing-node/index.ts'
import { describeWith, pathOf } from '../support/component/component.ts'

const three = createCassette(['retry: 1\nid: 1\ndata: a\n\n', 'id: 2\ndata: é\n\n', 'id: 3\ndata: c\n\n'], {
  everyMs: 150,
})
const everything = 'retry: 1\nid: 1\ndata: a\n\nid: 2\ndata: é\n\nid: 3\ndata: c\n\n'

/** What a page has read by `fetch`, until the body ended or it had `length` characters. */
interface Read {
  readonly status: number
  readonly url: string
  readonly text: string
}

function readInPage([url, length, body]: readonly [string, number, string?]): Promise<Read> {
  const asking = body === undefined ? {} : { method: 'POST', body, headers: { 'content-type': 'application/json' } }
  const read = async (): Promise<Read> => {
    const response = await fetch(url, asking)
    const decoder = new TextDecoder()
    const reader = response.body?.getReader()
    const readOn = async (before: string): Promise<string> => {
      const { done = true, value } = (await reader?.read()) ?? {}
      const text = before + decoder.decode(value, { stream: true })
      return done || text.length >= length ? text : readOn(text)
    }
    const text = await readOn('')
    return { status: response.status, url: response.url, text }
  }
  return read()
}

/** The data of three events, and the last id. */
function listenInPage(url: string): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const source = new EventSource(url)
    const seen: string[] = []
    source.addEventListener('message', ({ data, lastEventId }) => {
      seen.push(`${lastEventId} ${data}`)
      if (seen.length < 3) return
      source.close()
      resolve(seen)
    })
  })
}

function launch(...flags: readonly string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: pathOf('chromium'),
    args: ['--no-sandbox', '--disable-quic', ...flags],
  })
}

async function routed(...given: Parameters<typeof streamRoute>): Promise<StreamServer> {
  const started = await streamRoute(...given)
  onTestFinished(() => started.close())
  return started
}

describeWith('chromium', 'streamRoute', () => {
  let browser: Browser
  let site = ''
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>A page</title>')
  })

  beforeAll(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server on a port has such an address
    site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    browser = await launch()
  })
  afterAll(async () => {
    await browser.close()
    server.close()
    server.closeAllConnections()
  })

  async function openPage(url: string, inBrowser: Browser = browser): Promise<Page> {
    const context = await inBrowser.newContext()
    onTestFinished(() => context.close())
    const page = await context.newPage()
    await page.route('https://app.example/', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>A page</title>' }),
    )
    await page.goto(url)
    return page
  }

  test('fetch of the page reads what has come while the stream is open, from the url that it asked for', async () => {
    const page = await openPage(site)
    const { requests } = await routed(page, '**/feed', three, { stall: 25 })
    const { status, url, text } = await page.evaluate(readInPage, [`${site}/feed`, 25] as const)
    expect({ status, url, text }).toEqual({ status: 200, url: `${site}/feed`, text: everything.slice(0, 25) })
    expect(requests.map((request) => request.url)).toEqual([`${site}/feed`])
  })

  test('fetch posts a body, and to other origins', async () => {
    const page = await openPage(site)
    const { requests } = await routed(page, 'http://api.example/**', three, { speed: false })
    const { text } = await page.evaluate(readInPage, ['http://api.example/chat?a=b', 999, '{"n":1}'] as const)
    expect(text).toBe(everything)
    expect(requests.map(({ method, url }) => [method, url])).toEqual([['POST', 'http://api.example/chat?a=b']])
  })

  test('EventSource reconnects behind a cut, with the id of its last event', async () => {
    const page = await openPage(site)
    const failures: (string | undefined)[] = []
    page.on('requestfailed', (request) => failures.push(request.failure()?.errorText))
    const { requests } = await routed(page, '**/feed', ({ lastEventId }) =>
      lastEventId === undefined ? { cassette: three, cutAfter: 30 } : cassetteAfter(three, lastEventId),
    )
    expect(await page.evaluate(listenInPage, `${site}/feed`)).toEqual(['1 a', '2 é', '3 c'])
    expect(requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, '1'])
    // A reset, and no end in the middle of a chunk, which would be ERR_INCOMPLETE_CHUNKED_ENCODING.
    expect(failures[0]).toBe('net::ERR_CONNECTION_RESET')
  })

  test.each(['https://app.example/feed', 'https://api.example/feed'])(
    'EventSource of a page on https reads and reconnects: %s',
    async (url) => {
      const page = await openPage('https://app.example/')
      const first = createCassette(['retry: 1\nid: 1\ndata: a\n\n'])
      const { requests } = await routed(page, url, ({ lastEventId }) =>
        lastEventId === undefined ? first : cassetteAfter(three, lastEventId),
      )
      expect(await page.evaluate(listenInPage, url)).toEqual(['1 a', '2 é', '3 c'])
      expect(requests.map((request) => [request.url, request.lastEventId])).toEqual([
        [url, undefined],
        [url, '1'],
      ])
    },
  )

  test('EventSource of a page on https reconnects behind a cut, where the checks of the local network are off', async () => {
    const unchecked = await launch('--disable-features=LocalNetworkAccessChecks')
    onTestFinished(() => unchecked.close())
    const page = await openPage('https://app.example/', unchecked)
    await routed(page, '**/feed', ({ lastEventId }) =>
      lastEventId === undefined ? { cassette: three, cutAfter: 30 } : cassetteAfter(three, lastEventId),
    )
    expect(await page.evaluate(listenInPage, 'https://app.example/feed')).toEqual(['1 a', '2 é', '3 c'])
  })

  test('a page on https reads by fetch what has come while the stream is open', async () => {
    const page = await openPage('https://app.example/')
    await routed(page, '**/chat', three, { stall: 25 })
    const { text } = await page.evaluate(readInPage, ['https://api.example/chat', 25, '{"n":1}'] as const)
    expect(text).toBe(everything.slice(0, 25))
  })

  test('after close() the page asks the network again', async () => {
    const page = await openPage(site)
    const started = await streamRoute(page, '**/feed', three)
    await started.close()
    const { text } = await page.evaluate(readInPage, [`${site}/feed`, 999] as const)
    expect(text).toContain('A page')
  })

  test('a page that closes while its stream is open ends nothing but itself', async () => {
    const page = await openPage(site)
    const started = await routed(page, '**/feed', three, { stall: 5 })
    const asked = page.evaluate(listenInPage, `${site}/feed`).catch(() => 'closed')
    await expect.poll(() => started.requests.length).toBe(1)
    await page.close()
    expect(await asked).toBe('closed')
  })

  test('what is no page is refused', async () => {
    await expect(Reflect.apply(streamRoute, undefined, [{}, '**', three])).rejects.toThrow(/needs a page of Playwright/)
  })
})
