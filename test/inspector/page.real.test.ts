// The inspector's page in a real browser, as its server sends it: under its policy, with its cookie, through a restart.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { expect, it, onTestFinished } from 'vitest'
import { stream } from '../../src/client/index.ts'
import { openContext, type ContextOptions } from '../support/chat-element/chat-page.ts'
import { describeWith } from '../support/component/component.ts'
import { startScript, type FixtureProcess } from '../support/component/fixture-process.ts'
import { violations } from '../support/inspector/axe.ts'
import { hostileTexts } from '../support/inspector/hostile.ts'
import { startProgram, token } from '../support/inspector/reported.ts'

/** What is on the page. */
interface Seen {
  readonly page: Page
  readonly streams: Locator
  readonly events: Locator
}

async function start(...more: readonly string[]): Promise<FixtureProcess> {
  const fixture = await startScript(process.execPath, [], 'inspector/page-server.mjs', more)
  onTestFinished(() => fixture.kill())
  return fixture
}

async function open(url: string, options: ContextOptions = {}): Promise<Seen & { readonly context: BrowserContext }> {
  const context = await openContext(options)
  const page = await context.newPage()
  await page.goto(`${url}/_tidings`)
  const rows = (name: string): Locator => page.getByRole('grid', { name }).locator('.grid-canvas').getByRole('row')
  return { context, page, streams: rows('Streams'), events: rows('Events') }
}

/** Reads a stream, and goes on holding it. */
async function hold(url: string): Promise<void> {
  const controller = new AbortController()
  onTestFinished(() => controller.abort())
  const response = await fetch(url, { headers: { accept: 'text/event-stream' }, signal: controller.signal })
  const reader = response.body?.getReader()
  await reader?.read()
  reader?.closed.catch(() => {})
}

async function report(url: string, from: string, records: readonly object[]): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const body = JSON.stringify(records)
  const answer = await fetch(`${url}/_tidings/records?from=${from}`, { method: 'POST', headers, body })
  expect(await answer.text()).toBe('')
}

/** A stream with what others have sent, in every field. */
function hostileStream(hostile: string, index: number): object[] {
  // In every field a long one would be more than a report may be.
  const text = hostile.slice(0, 20_000)
  const data = text.replace(/[\0\r\n]/g, '')
  const wrote = `event: ${data}\nid: ${data}\ndata: ${JSON.stringify({ [text]: text })}\n\ndata: ${data}\n\n`
  const stream = `hostile-${index}`
  const at = Date.now()
  return [
    {
      kind: 'opened',
      at,
      stream,
      source: 'node',
      method: text,
      url: text,
      who: text,
      requestHeaders: { [`x-${text}`]: text },
    },
    { kind: 'head', at, stream, status: 200, contentType: 'text/event-stream', headers: { 'x-own': text } },
    { kind: 'wrote', at, stream, text: wrote, events: 2, bytes: wrote.length },
    { kind: 'ended', at, stream, outcome: text, error: text, events: 2, bytes: wrote.length, durationMs: 0 },
  ]
}

describeWith('chromium', 'The page of an inspector', () => {
  it('shows the streams of its server, of another program and a topic, and axe finds nothing', async () => {
    const { url } = await start()
    await hold(`${url}/hold?events=3`)
    await hold(`${url}/news`)
    await fetch(`${url}/news`, {
      method: 'POST',
      body: '{"head":"line"}',
      headers: { 'content-type': 'application/json' },
    })
    const program = startProgram(['hold', `${url}/hold`], `${url}/_tidings?token=${token}`)
    await program.prints(/holding/)
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, streams, events } = await open(url, { colorScheme })
      await expect.poll(() => streams.count()).toBe(4)
      await streams.filter({ hasText: '/hold?events=3' }).click()
      await expect.poll(() => events.count()).toBe(3)
      expect(await violations(page)).toEqual([])
      await page.getByRole('tab', { name: /Topics/ }).click()
      await page.getByText('news', { exact: true }).first().waitFor()
      expect(await violations(page)).toEqual([])
    }
  })

  it('is let in by a cookie, and refused without', async () => {
    const { url } = await start('0', 'cookie')
    expect((await fetch(`${url}/_tidings`)).status).toBe(401)
    expect((await fetch(`${url}/_tidings/records`)).status).toBe(401)
    await hold(`${url}/hold`)
    const context = await openContext()
    await context.addCookies([{ name: 'admin', value: 'yes', url }])
    const page = await context.newPage()
    await page.goto(`${url}/_tidings`)
    await page.getByText('/hold').first().waitFor()
  })

  it('says that its server has gone, and shows no stream twice when it is back', async () => {
    const first = await start()
    await hold(`${first.url}/hold?before`)
    const { page, streams } = await open(first.url, {
      expected: /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY/,
    })
    await expect.poll(() => streams.count()).toBe(1)
    await first.kill()
    await page.getByText(/The server does not answer/).waitFor()
    expect(await streams.count()).toBe(1)
    const second = await start(String(first.port))
    await hold(`${second.url}/hold?after`)
    await streams.filter({ hasText: 'after' }).waitFor()
    expect(await streams.count()).toBe(1)
    await expect.poll(() => page.getByText(/The server does not answer/).count()).toBe(0)
  })

  it('shows a thousand open streams, and goes on following 10,000 events', async () => {
    const { url } = await start()
    await Promise.all(Array.from({ length: 1000 }, (_, index) => hold(`${url}/hold?nth=${index}`)))
    const { page, streams, events } = await open(url)
    await page
      .getByText(/1,?000 streams|1,?000 open/i)
      .first()
      .waitFor()
    expect(await streams.count()).toBeLessThan(200)
    await (await fetch(`${url}/count?events=10000`, { headers: { accept: 'text/event-stream' } })).text()
    await streams.filter({ hasText: 'events=10000' }).click()
    await events.filter({ hasText: 'event 10000' }).waitFor()
  })

  it('gives the address of a replay that curl and our client read', async () => {
    const { url } = await start()
    const sent = await (await fetch(`${url}/count?events=5`, { headers: { accept: 'text/event-stream' } })).text()
    const { context, page, streams } = await open(url)
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await streams.first().click()
    await page.getByRole('button', { name: /replay/i }).click()
    await page.getByText(/^Copied: /).waitFor()
    const address = await page.evaluate(() => navigator.clipboard.readText())
    const { stdout } = await promisify(execFile)('curl', ['-sN', address])
    expect(stdout.match(/^data: .*$/gm)).toEqual(sent.match(/^data: .*$/gm))
    const data: unknown[] = []
    for await (const event of stream(address)) data.push(event.data)
    expect(data).toHaveLength(5)
  })

  it('runs nothing of what others have sent', async () => {
    const { url } = await start()
    // Longer ones are refused: in a name, a header or an address there may be as much as a server takes.
    const texts = hostileTexts.map((text) => text.slice(0, 10_000))
    for (const [index, text] of texts.entries()) await report(url, 'hostile', hostileStream(text, index))
    const { page, streams } = await open(url)
    await expect.poll(() => streams.count()).toBeGreaterThan(10)
    for (let index = 0; index < 12; index += 1) {
      await streams.nth(index).click()
      await page.getByRole('tab', { name: 'Details' }).click()
      await page.getByRole('tab', { name: 'Events' }).click()
    }
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false)
    expect(await page.locator('script, iframe, img').count()).toBe(1)
  })
})
