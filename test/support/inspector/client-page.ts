// A page of a server of its own that inspects its streams, in a real browser.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { bundle, source } from './inspector-page.ts'

const entry = `
import { inspect } from ${JSON.stringify(source('inspector-client/index.ts'))}
import { stream, EventSource } from ${JSON.stringify(source('client/index.ts'))}
Object.assign(globalThis, { inspect, tidings: { stream, EventSource } })
`

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' http://127.0.0.1:*; img-src data:; require-trusted-types-for 'script'"

const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<script type="module" src="page.js"></script><link rel="icon" href="data:,"></head>
<body><main><h1>A page</h1><p>It reads streams.</p><input aria-label="Field"></main></body></html>`

/** Answers a request of the page. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** A page, and the server that it is from. */
export interface ClientPage {
  readonly page: Page
  readonly url: string
  /** The panel in the page. */
  readonly panel: Locator
  readonly streams: Locator
  /** Those that are shown: rows that are not needed at the moment are kept, hidden. */
  readonly events: Locator
}

let script: Promise<string> | undefined

/** Opens a page on a server that answers as it is told, at each path. */
export async function openClientPage(
  context: BrowserContext,
  answers: Readonly<Record<string, Answer>> = {},
): Promise<ClientPage> {
  script ??= bundle(entry)
  const body = await script
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? ''
    const answer = answers[path]
    if (answer !== undefined) return answer(request, response)
    if (path === '/page.js') return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(body)
    response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy }).end(html)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    // Before the server, so that no page complains of connections that are cut.
    await context.close()
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const page = await context.newPage()
  await page.goto(url)
  await page.waitForFunction(() => 'inspect' in globalThis)
  const panel = page.locator('[data-tidings-inspector]')
  return {
    page,
    url,
    panel,
    streams: panel
      .getByRole('grid', { name: 'Streams' })
      .locator('.grid-canvas')
      .getByRole('row')
      .filter({ visible: true }),
    events: panel
      .getByRole('grid', { name: 'Events' })
      .locator('.grid-canvas')
      .getByRole('row')
      .filter({ visible: true }),
  }
}

/** Begins a stream. */
export function begin(response: ServerResponse, type = 'text/event-stream'): ServerResponse {
  return response.writeHead(200, { 'content-type': type, 'x-own': 'yes' })
}
