// Pages with the element in a real browser, on the origin of a chat's server.
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Locator,
  type Page,
} from 'playwright-core'
import { afterAll, expect, onTestFinished } from 'vitest'
import { pathOf } from '../component/component.ts'
import { pageScripts, type PageScripts } from './script.ts'

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-sync',
  // A name that no browser takes for its own machine: a page on it is not secure.
  '--host-resolver-rules=MAP plain.test 127.0.0.1',
]

/** What a page may do: nothing by inline scripts, styles or `eval`, and pictures are those that a message holds. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data: blob:; base-uri 'none'"

let browser: Promise<Browser> | undefined

afterAll(async () => {
  await (await browser)?.close()
  browser = undefined
})

/** A page with the element. */
export interface ChatPage {
  readonly page: Page
  readonly element: Locator
  readonly field: Locator
  readonly answers: Locator
  /** Types a message, and sends it by the key. */
  readonly say: (text: string) => Promise<void>
}

/** Options of {@link openContext}. */
export interface ContextOptions extends BrowserContextOptions {
  /** What a console may say. */
  readonly expected?: RegExp
}

/** A browser's profile for the length of a test, in which no console may complain. */
export async function openContext({ expected, ...options }: ContextOptions = {}): Promise<BrowserContext> {
  browser ??= chromium.launch({ executablePath: pathOf('chromium'), args: flags })
  const context = await (await browser).newContext({ viewport: { width: 900, height: 700 }, ...options })
  const complaints: string[] = []
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  context.on('weberror', (error) => complaints.push(error.error().message))
  onTestFinished(async () => {
    await context.close()
    expect(complaints.filter((text) => expected?.test(text) !== true)).toEqual([])
  })
  return context
}

/** Options of {@link openChatPage}. */
export interface PageOptions {
  /** The body of the page. Default: the element alone. */
  readonly html?: string
  /** Attributes of the document. */
  readonly attributes?: string
  /** Default: those that define the element. */
  readonly scripts?: PageScripts
}

/** Opens a page on a server. */
export async function openChatPage(
  context: BrowserContext,
  url: string,
  { html = '<tidings-chat url="/chat"></tidings-chat>', attributes = '', scripts: given }: PageOptions = {},
): Promise<ChatPage> {
  const page = await context.newPage()
  const scripts = given ?? (await pageScripts())
  await page.route(`${url}/page/*`, async (route) => {
    const name = new URL(route.request().url()).pathname.split('/').at(-1) ?? ''
    const script = scripts.get(name)
    if (script !== undefined) return route.fulfill({ body: script, contentType: 'text/javascript; charset=utf-8' })
    if (name === 'style.css') return route.fulfill({ body: 'body { margin: 0 }', contentType: 'text/css' })
    const headers = { 'content-security-policy': policy }
    return route.fulfill({ body: toDocument(html, attributes), contentType: 'text/html; charset=utf-8', headers })
  })
  await page.goto(`${url}/page/`)
  await page.evaluate(async () => void (await customElements.whenDefined('tidings-chat')))
  const element = page.locator('tidings-chat').first()
  const field = element.locator('.composer textarea')
  return {
    page,
    element,
    field,
    answers: element.locator('.message.assistant'),
    say: async (text) => {
      await field.fill(text)
      await field.press('Enter')
    },
  }
}

function toDocument(html: string, attributes: string): string {
  return `<!doctype html><html lang="en" ${attributes}><head><meta charset="utf-8"><title>A chat</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<script type="module" src="page.js"></script><link rel="icon" href="data:,"><link rel="stylesheet" href="style.css"></head><body>${html}</body></html>`
}
