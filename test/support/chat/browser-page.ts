// Pages in Chromium at the server of a test, each bundled as an application is.
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import type { AnyRoute } from '../../../src/server/index.ts'
import { pathOf } from '../component/component.ts'
import { untyped } from '../server/asking.ts'

const rootOf = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url))
const clientsOf = (name: string): string => rootOf(`chat-clients/node_modules/${name}`)

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** What our sources import by a condition, as a page has it. */
const ours: Plugin = {
  name: 'ours',
  setup(bundling) {
    bundling.onResolve({ filter: /^#extras$/ }, () => ({ path: rootOf('src/client/extras/lean.ts') }))
    bundling.onResolve({ filter: /^#decode$/ }, () => ({ path: rootOf('src/sse/decode.ts') }))
  },
}

const bundles = new Map<string, Promise<string>>()

function bundleOnce(name: string, aliases: Readonly<Record<string, string>>): Promise<string> {
  const key = JSON.stringify([name, aliases])
  const made = bundles.get(key) ?? bundle(name, aliases)
  bundles.set(key, made)
  return made
}

/** One React for all; what `aliases` names is taken from another package. */
async function bundle(name: string, aliases: Readonly<Record<string, string>>): Promise<string> {
  const alias = Object.entries({ react: 'react', 'react-dom': 'react-dom', ...aliases })
  const { outputFiles } = await build({
    entryPoints: [rootOf(`test/support/chat/pages/${name}.mjs`)],
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"development"' },
    nodePaths: [clientsOf('')],
    alias: Object.fromEntries(alias.map(([from, to]) => [from, clientsOf(to)])),
    plugins: [ours],
  })
  return outputFiles[0]?.text ?? ''
}

/** The routes of a page of test/support/chat/pages: `/page`, with what `html` is in it, and its script. */
export async function pageRoutes(
  name: string,
  { html = '<div id="root"></div>', aliases = {} }: { html?: string; aliases?: Readonly<Record<string, string>> } = {},
): Promise<readonly AnyRoute[]> {
  const script = await bundleOnce(name, aliases)
  const page = `<!doctype html><meta charset="utf-8"><title>page</title><link rel="icon" href="data:,">${html}<script type="module" src="/page.js"></script>`
  return [file('/page', 'text/html', page), file('/page.js', 'text/javascript', script)]
}

function file(path: string, type: string, content: string): AnyRoute {
  const headers = { 'content-type': `${type}; charset=utf-8` }
  return untyped({ method: 'GET', path, handler: () => new Response(content, { headers }) })
}

/** A page, and what it holds in `globalThis.subject`. */
export interface OpenPage {
  readonly page: Page
  readonly context: BrowserContext
  /** Calls a method of the subject, and does not wait for what it returns. */
  readonly call: (method: string, ...values: readonly unknown[]) => Promise<void>
  /** What the subject shows: see the page. */
  // oxlint-disable-next-line typescript/no-explicit-any -- what pages show differs from page to page
  readonly shown: () => Promise<any>
}

/** What {@link useChromium} opens pages with. */
export interface OpenPageOptions {
  /** What the page is to do, as its script reads it. */
  readonly options?: object
  /** What its console may complain of. */
  readonly expected?: RegExp
  readonly context?: BrowserContext
}

/** Starts Chromium for the tests of a `describe`. Returns what opens a page: in a context of its own, unless one is given. */
export function useChromium(): (url: string, options?: OpenPageOptions) => Promise<OpenPage> {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: pathOf('chromium'),
      args: flags,
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    })
  })
  afterAll(() => browser?.close())
  return async (url, { options = {}, expected, context: given } = {}) => {
    const context = given ?? (await browser.newContext())
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    onTestFinished(async () => {
      await context.close()
      expect(complaints.filter((text) => expected?.test(text) !== true)).toEqual([])
    })
    await page.goto(`${url}/page?${new URLSearchParams({ options: JSON.stringify(options) })}`)
    return { page, context, ...subjectOf(page) }
  }
}

function subjectOf(page: Page): Pick<OpenPage, 'call' | 'shown'> {
  return {
    call: (method, ...values) =>
      page.evaluate(
        ([name, given]) => {
          const subject: object = Reflect.get(globalThis, 'subject')
          void Reflect.apply(Reflect.get(subject, name), subject, given)
        },
        [method, values] as const,
      ),
    shown: () => page.evaluate(() => Reflect.get(globalThis, 'subject')?.shown()),
  }
}

/** Resolves once a page shows all of this. */
export async function sees(shown: OpenPage['shown'], expected: object): Promise<void> {
  await expect.poll(shown, { interval: 30 }).toMatchObject(expected)
}
