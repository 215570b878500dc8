// A page in a real browser that shows Markdown, and a server that knows what the page has asked for.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium, type Browser, type Page } from 'playwright-core'
import { pathOf } from '../../support/component/component.ts'
import type { MarkdownPage } from './page-script.ts'

declare global {
  /** What the page's script offers to tests. */
  var markdown: MarkdownPage
}

/** A browser with a page that shows Markdown. */
export interface OpenPage {
  readonly page: Page
  readonly url: string
  /** What was asked for besides the page itself: paths, of requests by whatever means. */
  readonly asked: string[]
  close(): Promise<void>
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Opens a page. */
export async function openPage(): Promise<OpenPage> {
  const script = await bundle()
  const asked: string[] = []
  const server = createServer((request, response) => answer(request, response, { script, asked }))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/`
  let browser: Browser | undefined
  const close = async (): Promise<void> => {
    await browser?.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  try {
    browser = await chromium.launch({ executablePath: pathOf('chromium'), args: flags })
    const page = await browser.newPage()
    await page.goto(url)
    await page.waitForFunction(() => globalThis.markdown !== undefined)
    return { page, url, asked, close }
  } catch (error) {
    await close()
    throw error
  }
}

function answer(request: IncomingMessage, response: ServerResponse, page: { script: string; asked: string[] }): void {
  const { url = '' } = request
  if (url === '/script.js') return send(response, 'text/javascript', page.script)
  if (url === '/') {
    return send(response, 'text/html', '<!doctype html><title>Markdown</title><script src="/script.js"></script>')
  }
  if (url !== '/favicon.ico') page.asked.push(url)
  response.writeHead(204, { 'access-control-allow-origin': '*' }).end()
}

function send(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, {
    'content-type': `${type}; charset=utf-8`,
    // Nothing is held back, but everything is told of that is no script of the page itself.
    'content-security-policy-report-only': "script-src 'self'; object-src 'none'",
  })
  response.end(body)
}

async function bundle(): Promise<string> {
  const entry = fileURLToPath(new URL('./page-script.ts', import.meta.url))
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'iife',
    logLevel: 'error',
  })
  return outputFiles[0]?.text ?? ''
}
