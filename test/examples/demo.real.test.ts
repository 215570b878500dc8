// The demo as a person meets it: in a real browser, in two tabs, with a cut in between. Leaves pictures in test/output.
import { createHash } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { describeWith, pathOf } from '../support/component/component.ts'
import { openExample, type RunningExample } from './running-example.ts'

const output = fileURLToPath(new URL('../output/', import.meta.url))
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const hashOf128MiB = createHash('sha256')
  .update(Buffer.alloc(128 * 2 ** 20))
  .digest('hex')

describeWith('chromium', 'the demo in a browser', () => {
  let demo: RunningExample
  let browser: Browser

  beforeAll(async () => {
    mkdirSync(output, { recursive: true })
    demo = await openExample('demo/server.mjs')
    browser = await chromium.launch({ executablePath: pathOf('chromium'), args: flags })
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.kill()
  })

  /** Opens as many tabs of one person as are asked for; at the end of the test no console may have complained. */
  async function openTabs(count: number, options: BrowserContextOptions = {}): Promise<Page[]> {
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
      await page.goto(demo.url)
      await page.locator('.connection[data-state=open]').waitFor()
      pages.push(page)
    }
    return pages
  }

  async function openTab(options?: BrowserContextOptions): Promise<Page> {
    const [page] = await openTabs(1, options)
    if (page === undefined) throw new Error('There is no tab.')
    return page
  }

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

  test('chat: answers word by word and keeps the conversation', async () => {
    const page = await openTab()
    const chat = page.locator('#chat')
    const answers = chat.locator('.message.assistant')
    await chat.getByLabel('Your question').fill('Why not a WebSocket?')
    await chat.getByRole('button', { name: 'Ask' }).click()
    await textOf(answers, /^A WebSocket is/)
    const early = (await answers.textContent())?.length ?? 0
    await textOf(chat.locator('.verdict').first(), /^\d+ pieces\.$/)
    expect((await answers.textContent())?.length).toBeGreaterThan(early + 100)

    await chat.getByRole('button', { name: 'Why not a WebSocket?' }).click()
    await textOf(answers.nth(1), /^You have asked me that already/)
    await chat.getByRole('button', { name: 'Stop', exact: true }).click()
    await textOf(chat.locator('.verdict').first(), /^Stopped\./)
    await demo.printed('POST /chat 200, left')
    const stopped = await answers.nth(1).textContent()
    expect(stopped).not.toContain('a call.')
    expect(await chat.locator('.message').count()).toBe(4)
  })

  test('chat: a body that does not fit is refused before there is a stream', async () => {
    const page = await openTab()
    const chat = page.locator('#chat')
    await chat.getByRole('button', { name: 'An invalid body' }).click()
    await textOf(chat.locator('.verdict').first(), /^Refused: Validation failed: body\/messages\/0\/role/)
    await textOf(chat.locator('.frames .refusal'), /^400 Bad Request · application\/json/)
    await textOf(chat.locator('.frames .body'), /"code":400/)
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
    expect(await two.locator('#notes .frames').textContent()).toMatch(/"lastEventId":"\w+\.\d+","missed":2/)
  })

  const looks: { name: string; options: BrowserContextOptions }[] = [
    { name: 'desktop-light', options: { colorScheme: 'light' } },
    { name: 'desktop-dark', options: { colorScheme: 'dark' } },
    { name: 'phone', options: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 } },
  ]

  test.each(looks)('looks as it should: $name', async ({ name, options }) => {
    const page = await openTab(options)
    const jumps = await watchJumps(page)
    await page.getByLabel('128 MiB').check()
    await page.getByRole('button', { name: 'Hash it' }).click()
    await page.locator('.digest:not(:empty)').waitFor()
    await page.getByRole('button', { name: 'What are they?' }).click()
    await textOf(page.locator('#chat .verdict').first(), /pieces/)
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

/** The one thing that a console may say: the browser reports every 400, also one that was asked for. */
function isExpected(text: string): boolean {
  return text.includes('400 (Bad Request)')
}

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

/** Waits until the first element's text is as it should be. */
async function textOf(locator: ReturnType<Page['locator']>, pattern: RegExp): Promise<void> {
  await locator.filter({ hasText: pattern }).first().waitFor({ timeout: 30_000 })
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
