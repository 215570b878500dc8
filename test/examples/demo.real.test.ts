// The demo as a person meets it: in a real browser, in two tabs, with a cut in between. Leaves pictures in test/output.
import { createHash } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWith } from '../support/component/component.ts'
import { launchTabs, output, textOf, type Tabs } from './browser-tabs.ts'
import { makeFolder, openDemo } from './running-demo.ts'
import type { RunningExample } from './running-example.ts'

const hashOf128MiB = createHash('sha256')
  .update(Buffer.alloc(128 * 2 ** 20))
  .digest('hex')

describeWith('chromium', 'the demo in a browser', () => {
  const openTabs = (count: number, options?: BrowserContextOptions): Promise<Page[]> =>
    tabs.open(demo.url, count, options)
  const openTab = (options?: BrowserContextOptions): Promise<Page> => tabs.openOne(demo.url, options)
  let tabs: Tabs
  let demo: RunningExample
  let removeFolder: () => Promise<void>

  beforeAll(async () => {
    const { folder, remove } = await makeFolder()
    removeFolder = remove
    demo = await openDemo(folder)
    tabs = await launchTabs()
  })
  afterAll(async () => {
    await tabs?.close()
    await demo?.kill()
    await removeFolder?.()
  })

  test('progress: hashes, shows every event on the wire and the code that sent it', async () => {
    const page = await openTab()
    const hash = page.locator('#hash')
    await hash.getByLabel('128 MiB').check()
    await hash.getByRole('button', { name: 'Hash it' }).click()
    await hash.locator('.digest', { hasText: hashOf128MiB }).waitFor()
    await textOf(hash.locator('.heard'), /^128 MiB$/)
    await textOf(hash.locator('.read'), /^128 MiB$/)
    await textOf(hash.locator('.running'), /^0$/)
    // 64 pieces of 2 MiB, the start and the end.
    await textOf(hash.locator('.count'), /^66 events, /)
    expect(await hash.locator('.frames .request').textContent()).toBe('GET /hash?megabytes=128')
    expect(await hash.locator('.frames .response').textContent()).toContain('200 OK · text/event-stream')
    expect(await hash.locator('.frames .line[data-field=event]').allTextContents()).toHaveLength(2)
    expect(await hash.locator('.server code').textContent()).toContain('for await (const chunk of readBlankFile')
  })

  test('progress: leaving stops the work on the server', async () => {
    const page = await openTab()
    const hash = page.locator('#hash')
    await hash.getByLabel('2 GiB').check()
    await hash.getByRole('button', { name: 'Hash it' }).click()
    await textOf(hash.locator('.running'), /^1$/)
    await hash.getByRole('button', { name: 'Leave' }).click()
    await textOf(hash.locator('.verdict'), /^The server stopped at \d+ MiB, [\d.]+ ms after it saw you leave\.$/)
    await textOf(hash.locator('.running'), /^0$/)
    await demo.printed('GET /hash 200, left')
    expect(await hash.locator('.digest').textContent()).toBe('')
    expect(await hash.getByRole('button', { name: 'Hash it' }).isEnabled()).toBe(true)
  })

  test('notes: reach every tab, and a tab that was cut off catches up once it is back', async () => {
    const [one, two] = await openTabs(2)
    if (one === undefined || two === undefined) throw new Error('There are no two tabs.')
    await textOf(one.locator('.readers'), /^one of 2 tabs$/)
    await post(one, 'First')
    await textOf(two.locator('.notes li').last(), /First/)

    const letBack = await holdReconnect(two)
    await two.getByRole('button', { name: 'Cut my connection' }).click()
    await two.locator('.connection[data-state=lost]').waitFor()
    await post(one, 'Second')
    await post(one, 'Third')
    letBack()
    await two.locator('.connection[data-state=open]').waitFor()
    await textOf(two.locator('.state'), /^Connected again, 2 caught up$/)
    await textOf(two.locator('.notes li').last(), /Third/)
    expect(await two.locator('.notes li.late p').allTextContents()).toHaveLength(2)
    const told = await two.locator('.notes li p').allTextContents()
    expect(told.slice(-3).map((text) => text.split(' ').at(-1))).toEqual(['First', 'Second', 'Third'])
    expect(await two.locator('#notes .frames').textContent()).toMatch(/"lastEventId":"[\w.]+","at":\d+/)
  })

  const widths = [320, 390, 600, 768, 1024, 1200, 1440, 2000]

  test('every line of code can be read to its end, on every width', async () => {
    const page = await openTab()
    await page.locator('#notes .server .code-line').first().waitFor()
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 })
      // The panels of code come one after the other.
      await expect.poll(async () => [width, await page.evaluate(listUnreadable)]).toEqual([width, []])
      const excess = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      await expect.poll(excess).toBeLessThanOrEqual(0)
    }
  })

  const looks: { name: string; options: BrowserContextOptions }[] = [
    { name: 'desktop-light', options: { colorScheme: 'light' } },
    { name: 'desktop-dark', options: { colorScheme: 'dark' } },
    { name: 'tablet', options: { viewport: { width: 768, height: 1024 }, colorScheme: 'dark' } },
    { name: 'narrow', options: { viewport: { width: 320, height: 640 }, deviceScaleFactor: 2 } },
    { name: 'phone', options: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 } },
  ]

  test.each(looks)('looks as it should: $name', async ({ name, options }) => {
    const page = await openTab(options)
    const jumps = await watchJumps(page)
    await page.getByLabel('128 MiB').check()
    await page.getByRole('button', { name: 'Hash it' }).click()
    await page.locator('.digest:not(:empty)').waitFor()
    await page.getByRole('button', { name: 'What are they?' }).click()
    await textOf(page.locator('#chat .verdict').first(), /^The answer is complete\.$/)
    await post(page, 'The kettle is on')
    const letBack = await holdReconnect(page)
    await page.getByRole('button', { name: 'Cut my connection' }).click()
    await page.locator('.connection[data-state=lost]').waitFor()
    await post(page, 'Tea is ready')
    letBack()
    await textOf(page.locator('.state'), /^Connected again, 1 caught up$/)
    await page.locator('.notes li.late').waitFor()
    // Before the picture: a page as high as itself moves everything.
    expect(await jumps()).toBeLessThan(0.01)
    await page.evaluate(() => scrollTo(0, 0))
    await page.screenshot({ path: `${output}demo-${name}.png`, fullPage: true })
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  })
})

async function post(page: Page, text: string): Promise<void> {
  await page.getByLabel('A note for every tab').fill(text)
  await page.getByRole('button', { name: 'Post', exact: true }).click()
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#note')?.value === '')
}

/** Keeps the page's stream of notes from coming back before it is let. */
async function holdReconnect(page: Page): Promise<() => void> {
  const gate = new EventEmitter()
  const opened = once(gate, 'open')
  await page.route(/\/notes\?tab=/, async (route) => {
    await opened
    await route.continue()
  })
  return () => void gate.emit('open')
}

/** The sum of the layout shifts since the page was opened (https://wicg.github.io/layout-instability). */
async function watchJumps(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const jumps = { sum: 0 }
    Object.assign(window, { jumps })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) jumps.sum += Number(Reflect.get(entry, 'value'))
    }).observe({ type: 'layout-shift', buffered: true })
  })
  return () => page.evaluate(() => Number(Reflect.get(Reflect.get(window, 'jumps') as object, 'sum')))
}

/** In the page: the pieces of code of which the end cannot be brought into view by scrolling, with their class or tag. */
function listUnreadable(): string[] {
  const codes = [...document.querySelectorAll<HTMLElement>('.server pre, .curl code, .server .file')]
  const unreadable = codes.filter((code) => {
    const { overflowX, overflowY } = getComputedStyle(code)
    const isOver = code.scrollWidth > code.clientWidth || code.scrollHeight > code.clientHeight + 1
    // A script can scroll what a person cannot.
    if (isOver && (overflowX !== 'auto' || overflowY !== 'auto')) return true
    code.scrollTo(code.scrollWidth, code.scrollHeight)
    const text = document.createRange()
    text.selectNodeContents(code)
    const [shown, whole] = [code.getBoundingClientRect(), text.getBoundingClientRect()]
    code.scrollTo(0, 0)
    const isInPage = shown.left >= 0 && shown.right <= document.documentElement.clientWidth
    return !isInPage || whole.right > shown.right + 1 || whole.bottom > shown.bottom + 1
  })
  return unreadable.map((code) => `${code.className || code.tagName}: ${code.textContent}`)
}
