// Pages with the inspector in a real browser, under a policy that allows nothing inline.
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import type { InspectorRecord } from '../../../src/inspector-model/index.ts'

/** The path of a source file. */
export const source = (path: string): string => fileURLToPath(new URL(`../../../src/${path}`, import.meta.url))

const entry = `
import { defineInspectorElement } from ${JSON.stringify(source('inspector-view/index.ts'))}
import { Inspection } from ${JSON.stringify(source('inspector-model/index.ts'))}
defineInspectorElement()
Object.assign(globalThis, { Inspection })
`

/** What a page may do: nothing by inline scripts, styles or `eval`, and no picture. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; require-trusted-types-for 'script'"

const host = 'inspector.test'

let script: Promise<string> | undefined

/** A script, bundled from the sources. */
export async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: source('.'), sourcefile: 'page.js' },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
    alias: { '#extras': source('client/extras/lean.ts'), '#decode': source('sse/decode.ts') },
  })
  return outputFiles[0]?.text ?? ''
}

/** A page with the element. */
export interface InspectorPage {
  readonly page: Page
  readonly element: Locator
  readonly streams: Locator
  /** Those that are shown: rows that are not needed at the moment are kept, hidden. */
  readonly events: Locator
  /** Tells the element of something. */
  readonly add: (records: readonly InspectorRecord[]) => Promise<void>
}

/** Opens a page with `<tidings-inspector>`, that asks no network for anything. */
export async function openInspectorPage(context: BrowserContext, scheme = 'https'): Promise<InspectorPage> {
  script ??= bundle(entry)
  const body = await script
  const page = await context.newPage()
  await page.route(`${scheme}://${host}/**`, (route) => {
    const { pathname } = new URL(route.request().url())
    if (pathname === '/page.js') return route.fulfill({ body, contentType: 'text/javascript; charset=utf-8' })
    if (pathname === '/page.css')
      return route.fulfill({
        body: 'body { margin: 0 } h1 { position: absolute; clip-path: inset(50%); margin: 0 }',
        contentType: 'text/css',
      })
    const headers = { 'content-security-policy': policy }
    return route.fulfill({ body: html, contentType: 'text/html; charset=utf-8', headers })
  })
  await page.goto(`${scheme}://${host}/`)
  await page.evaluate(async () => void (await customElements.whenDefined('tidings-inspector')))
  const element = page.locator('tidings-inspector')
  return {
    page,
    element,
    streams: element
      .getByRole('grid', { name: 'Streams' })
      .locator('.grid-canvas')
      .getByRole('row')
      .filter({ visible: true }),
    events: element
      .getByRole('grid', { name: 'Events' })
      .locator('.grid-canvas')
      .getByRole('row')
      .filter({ visible: true }),
    add: (records) =>
      // As JSON: the driver's own way loses what is called `__proto__`.
      element.evaluate((one, json) => {
        for (const record of JSON.parse(json)) (one as unknown as { add(record: object): void }).add(record)
      }, JSON.stringify(records)),
  }
}

const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Streams</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<script type="module" src="page.js"></script><link rel="icon" href="data:,"><link rel="stylesheet" href="page.css"></head>
<body><main><h1>Streams</h1><tidings-inspector></tidings-inspector></main></body></html>`
