// Tabs of a real browser that show the demo.
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium, type BrowserContextOptions, type Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { pathOf } from '../support/component/component.ts'

/** Where pictures are left. */
export const output = fileURLToPath(new URL('../output/', import.meta.url))

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface Tabs {
  /** Opens as many tabs of one person as are asked for; at the end of the test no console may have complained. */
  open(url: string, count: number, options?: BrowserContextOptions): Promise<Page[]>
  openOne(url: string, options?: BrowserContextOptions): Promise<Page>
  close(): Promise<void>
}

/** Starts the browser. */
export async function launchTabs(): Promise<Tabs> {
  mkdirSync(output, { recursive: true })
  const browser = await chromium.launch({ executablePath: pathOf('chromium'), args })
  const open = async (url: string, count: number, options: BrowserContextOptions = {}): Promise<Page[]> => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
    const complaints: string[] = []
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    context.on('weberror', (error) => complaints.push(error.error().message))
    onTestFinished(async () => {
      await context.close()
      expect(complaints.filter((text) => !isExpected(text))).toEqual([])
    })
    const pages: Page[] = []
    for (let index = 0; index < count; index += 1) {
      const page = await context.newPage()
      await page.goto(url)
      await isReady(page)
      pages.push(page)
    }
    return pages
  }
  return {
    open,
    openOne: async (url, options) => {
      const [page] = await open(url, 1, options)
      if (page === undefined) throw new Error('There is no tab.')
      return page
    },
    close: () => browser.close(),
  }
}

/** Waits until the page listens to its server. */
export async function isReady(page: Page): Promise<void> {
  await page.locator('.connection[data-state=open]').waitFor()
}

/** Waits until the first element's text is as it should be. */
export async function textOf(locator: ReturnType<Page['locator']>, pattern: RegExp): Promise<void> {
  await locator.filter({ hasText: pattern }).first().waitFor({ timeout: 30_000 })
}

/** What a console may say: the browser reports every 400, also one that was asked for, and a server that is gone. */
function isExpected(text: string): boolean {
  return text.includes('400 (Bad Request)') || text.includes('net::ERR_')
}
