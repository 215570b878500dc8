// `<tidings-inspector>` in a real browser, under a policy that allows nothing inline and no HTML that is made of text.
import { readFileSync } from 'node:fs'
import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import type { InspectorRecord } from '../../src/inspector-model/index.ts'
import { openContext, type ContextOptions } from '../support/chat-element/chat-page.ts'
import { violations } from '../support/inspector/axe.ts'
import { describeWith } from '../support/component/component.ts'
import { gallery } from '../support/inspector/gallery.ts'
import { hostileTexts } from '../support/inspector/hostile.ts'
import { openInspectorPage, type InspectorPage } from '../support/inspector/inspector-page.ts'
import { head, opened, wrote } from '../support/inspector/records.ts'

async function open(options: ContextOptions = {}): Promise<InspectorPage> {
  return openInspectorPage(await openContext({ viewport: { width: 1100, height: 600 }, ...options }))
}

function events(count: number, from = 1, text = ''): InspectorRecord[] {
  return Array.from({ length: count }, (_, index) =>
    wrote(
      's',
      `id: ${from + index}\nevent: ${index % 2 === 0 ? 'even' : 'odd'}\ndata: {"n":${from + index}${text}}\n\n`,
    ),
  )
}

/** Keeps more events than are kept by default. */
async function keep(element: Locator, eventsPerStream: number): Promise<void> {
  await element.evaluate((one, eventsPerStream) => {
    const Inspection = Reflect.get(globalThis, 'Inspection') as new (options: object) => object
    Object.assign(one, { inspection: new Inspection({ eventsPerStream }) })
  }, eventsPerStream)
}

const lastData = (page: InspectorPage): Promise<string | null> => page.events.last().locator('.data').textContent()

describeWith('chromium', '<tidings-inspector>', () => {
  test('lists streams, newest first, and shows what is known of each', async () => {
    const { streams, add, element } = await open()
    await element.getByText('No stream yet.').waitFor()
    await add(gallery)
    await expect
      .poll(() => streams.locator('.url').allTextContents())
      .toEqual([
        '/api/chat/c-81a?model=large',
        'https://slow.example/stream',
        '/export/all-of-it-and-more/with-a-long-path/that/does/not/fit',
        '/prices',
        'https://api.example/v1/responses',
        '/events?since=2',
      ])
    expect(await streams.locator('.state').allTextContents()).toEqual([
      'open',
      'waiting',
      'blocked',
      'reader left',
      'interrupted',
      'complete',
    ])
    expect(await element.locator('.sum').textContent()).toBe(
      '6 streams · 3 open · 1,267 events · 32.8 kB kept · 1,200 older events let go',
    )
  })

  test('shows the events of a stream as they come, and one as a tree', async () => {
    const opened = await open()
    const { streams, add, element, page } = opened
    await add(gallery)
    await streams.filter({ hasText: '/api/chat' }).click()
    await expect.poll(() => lastData(opened)).toContain('"index":59')
    await add([wrote('chat', 'event: usage\ndata: {"list":[1,{"a":null}],"text":"x"}\n\n')])
    await expect.poll(() => lastData(opened)).toContain('"list"')
    await opened.events.last().click()
    const event = element.getByRole('region', { name: 'Event' })
    await expect.poll(() => event.locator('.json-name').allTextContents()).toEqual(['list', '0', '1', 'text'])
    await event.locator('summary', { hasText: '1:' }).last().click()
    await event.locator('.json-name', { hasText: 'a' }).waitFor()
    await event.getByRole('button', { name: 'Raw' }).click()
    expect(await event.locator('pre').textContent()).toBe('{"list":[1,{"a":null}],"text":"x"}')
    await page.keyboard.press('Escape')
    await event.waitFor({ state: 'hidden' })
  })

  test('tells how a stream is and was: timing, headers, heartbeats, backpressure, gaps, and how it ended', async () => {
    const { streams, add, element } = await open()
    await add(gallery)
    const facts = (): Promise<string> => element.getByRole('tabpanel', { name: 'Details' }).innerText()
    await streams.filter({ hasText: '/api/chat' }).click()
    await element.getByRole('tab', { name: 'Details' }).click()
    await expect.poll(facts).toMatch(/First event after\s+420 ms/)
    expect(await facts()).toMatch(/authorization\s+\[redacted\]/)
    expect(await facts()).toMatch(/Heartbeats\s+1, the last/)
    expect(await facts()).toMatch(/Reconnects after\s+2 s/)
    await streams.filter({ hasText: '/export' }).click()
    await expect.poll(facts).toMatch(/Backpressure\s+the reader is too slow since .*, 262 kB wait/)
    await streams.filter({ hasText: '/prices' }).click()
    await expect.poll(facts).toMatch(/Gaps\s+1: events were lost/)
    await streams.filter({ hasText: '/events' }).click()
    await expect.poll(facts).toMatch(/Resumed after\s+17/)
    await streams.filter({ hasText: 'api.example' }).click()
    await expect.poll(facts).toMatch(/Faults\s+1; the last: .*nope/)
    expect(await facts()).toMatch(/Outcome\s+interrupted\s+Error\s+network error/)
  })

  test('streams are filtered by their words and their state', async () => {
    const { streams, add, element } = await open()
    await add(gallery)
    await element.getByLabel('Filter streams').fill('EXAMPLE post')
    await expect.poll(() => streams.count()).toBe(2)
    await element.getByLabel('State').selectOption('Ended')
    await expect.poll(() => streams.locator('.url').allTextContents()).toEqual(['https://api.example/v1/responses'])
    await element.getByLabel('Filter streams').fill('nothing has this')
    await element.getByText('No stream is like that.').waitFor()
  })

  test('events are searched and filtered by type, also those that come later', async () => {
    const opened_ = await open()
    const { streams, add, element } = opened_
    await add([opened('s'), head('s'), ...events(20)])
    await streams.click()
    await element.getByLabel('Search in data').fill('"N":1')
    await expect.poll(() => opened_.events.count()).toBe(11)
    await element.getByLabel('Type of event').selectOption('odd')
    await expect.poll(() => opened_.events.locator('.id').allTextContents()).toEqual(['10', '12', '14', '16', '18'])
    await add(events(4, 101))
    await expect
      .poll(() => opened_.events.locator('.id').allTextContents())
      .toEqual(['10', '12', '14', '16', '18', '102', '104'])
    expect(await element.locator('.found').textContent()).toBe('7 of 24')
  })

  test('10,000 events are a few rows; the newest is followed until the reader scrolls away', async () => {
    const opened_ = await open()
    const { streams, add, element, page } = opened_
    await keep(element, 20_000)
    await add([opened('s'), head('s'), ...events(10_000)])
    await streams.click()
    const lastId = (): Promise<string | null> => opened_.events.last().locator('.id').textContent()
    await expect.poll(lastId).toBe('10000')
    expect(await element.locator('.row').count()).toBeLessThan(60)
    await add(events(500, 10_001))
    await expect.poll(lastId).toBe('10500')
    await element.getByRole('grid', { name: 'Events' }).hover()
    await page.mouse.wheel(0, -5000)
    const newest = element.getByRole('button', { name: 'Newest' })
    await newest.waitFor()
    const seen = await opened_.events.first().locator('.id').textContent()
    await add(events(500, 10_501))
    await element.getByRole('tab', { name: 'Events 11,000' }).waitFor()
    expect(await opened_.events.first().locator('.id').textContent()).toBe(seen)
    await newest.click()
    await expect.poll(lastId).toBe('11000')
    await element.getByLabel('Search in data').fill('"n":4321}')
    await expect.poll(() => opened_.events.locator('.id').allTextContents()).toEqual(['4321'])
  })

  test('what the reader looks at stays where it is while older events are let go', async () => {
    const opened_ = await open()
    const { streams, add, element, page } = opened_
    await keep(element, 200)
    await add([opened('s'), head('s'), ...events(200)])
    await streams.click()
    const grid = element.getByRole('grid', { name: 'Events' })
    await grid.hover()
    await page.mouse.wheel(0, -1400)
    await element.getByRole('button', { name: 'Newest' }).waitFor()
    const placeOf = (id: string): Promise<number | undefined> =>
      opened_.events
        .filter({ has: page.locator('.id', { hasText: new RegExp(`^${id}$`) }) })
        .boundingBox()
        .then((box) => box?.y)
    const id = (await opened_.events.nth(10).locator('.id').textContent()) ?? ''
    const before = await placeOf(id)
    await add(events(37, 201))
    await element.getByRole('tab', { name: 'Events 237' }).waitFor()
    await expect.poll(() => placeOf(id)).toBe(before)
  })

  test('is held and goes on, and is cleared', async () => {
    const opened_ = await open()
    const { streams, add, element } = opened_
    await add([opened('s'), head('s'), ...events(3)])
    await streams.click()
    await expect.poll(() => opened_.events.count()).toBe(3)
    await element.getByRole('button', { name: 'Pause' }).click()
    await add([...events(2, 4), opened('t')])
    await expect.poll(() => element.locator('.sum').textContent()).toContain('Held: 2 events since')
    expect([await opened_.events.count(), await streams.count()]).toEqual([3, 1])
    await element.getByRole('button', { name: 'Go on' }).click()
    await expect.poll(() => opened_.events.count()).toBe(5)
    expect(await streams.count()).toBe(2)
    await element.getByRole('button', { name: 'Clear' }).click()
    await expect.poll(() => opened_.events.count()).toBe(0)
    await element.getByText('Its events are not kept any more.').waitFor()
  })

  test('is saved as NDJSON, copied as a command, and replayed by its host', async () => {
    const opened_ = await open({ permissions: ['clipboard-read', 'clipboard-write'] })
    const { streams, add, element, page } = opened_
    await add([opened('s', { requestHeaders: { 'x-a': "it's" } }), head('s'), ...events(3)])
    await streams.click()
    const detail = element.getByRole('region', { name: 'Stream' })
    expect(await detail.getByRole('button', { name: 'Replay' }).count()).toBe(0)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      detail.getByRole('button', { name: 'Export' }).click(),
    ])
    const lines = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\n')
    expect([download.suggestedFilename(), lines.length]).toEqual(['stream.ndjson', 4])
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ stream: 's', data: '{"n":1}' })
    await detail.getByRole('button', { name: 'Copy as curl' }).click()
    await element.getByText('The command is copied').waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      String.raw`curl --no-buffer --globoff --url https://inspector.test/s --header 'x-a: it'\''s' --header 'accept: text/event-stream'`,
    )
    await element.evaluate((one) =>
      Object.assign(one, {
        onReplay: async ({ id }: { id: string }) => {
          throw new Error(`no client for ${id}`)
        },
      }),
    )
    await detail.getByRole('button', { name: 'Replay' }).click()
    await element.getByText('It could not be replayed: no client for s').waitFor()
  })

  test('a page without HTTPS, which has no clipboard of its own, copies as well', async () => {
    const { element, add, streams, page } = await openInspectorPage(await openContext(), 'http')
    await add([opened('s')])
    await streams.click()
    await element.getByRole('button', { name: 'Copy as curl' }).click()
    await element.getByText('The command is copied').waitFor()
    await element.getByLabel('Filter streams').fill('')
    await page.keyboard.press('Control+V')
    expect(await element.getByLabel('Filter streams').inputValue()).toContain('curl --no-buffer')
  })

  test('by keyboard alone: a stream is found, an event of it opened, and all of it closed again', async () => {
    const opened_ = await open()
    const { add, element, page } = opened_
    await add([...gallery, opened('s'), head('s'), ...events(50)])
    await element.getByRole('tab', { name: 'Streams' }).focus()
    await page.keyboard.press('ArrowRight')
    await element.getByRole('grid', { name: 'Topics' }).waitFor()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('/')
    await page.keyboard.type('/s')
    for (let count = 0; count < 5; count += 1) await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowDown')
    await element.getByRole('heading', { name: 'GET /s' }).waitFor()
    const grid = element.getByRole('grid', { name: 'Streams' })
    expect(await activeRow(grid)).toContain('/s')
    await element.getByRole('grid', { name: 'Events' }).focus()
    await page.keyboard.press('Home')
    const event = element.getByRole('region', { name: 'Event' })
    await event.getByText('#1 · even').waitFor()
    await page.keyboard.press('PageDown')
    await event.getByText('#1 · even').waitFor({ state: 'hidden' })
    await page.keyboard.press('End')
    await event.getByText('#50 · odd').waitFor()
    expect(await activeRow(element.getByRole('grid', { name: 'Events' }))).toContain('{"n":50}')
    await page.keyboard.press('Escape')
    await event.waitFor({ state: 'hidden' })
    await page.keyboard.press('Escape')
    await element.getByRole('region', { name: 'Stream' }).waitFor({ state: 'hidden' })
    expect(await grid.evaluate((one) => (one.getRootNode() as ShadowRoot).activeElement === one)).toBe(true)
  })

  test('texts that mean harm are text, wherever they come from', async () => {
    const { add, element, page, streams, events } = await open()
    await add(
      hostileTexts.flatMap((text, index): InspectorRecord[] => {
        const stream = `h${index}`
        const line = text.replaceAll(/[\r\n]/g, '')
        const value = { [text]: text, list: [text, { [text]: [text] }] }
        return [
          opened(stream, {
            url: text,
            method: text,
            route: text,
            who: text,
            requestHeaders: { [text]: text },
            requestBody: text,
          }),
          head(stream, { headers: { [text]: text } }),
          wrote(
            stream,
            `event: ${line}\nid: ${line}\ndata: ${JSON.stringify(value)}\n\nevent: ${line}\ndata: ${line}\n\n`,
          ),
          { kind: 'ended', at: 2000, stream, outcome: text, error: text, events: 0, bytes: 0, durationMs: 1 },
        ]
      }),
    )
    await add([
      { kind: 'topics', at: 1, topics: hostileTexts.map((text) => ({ name: text, readers: 1, [text]: text })) },
      { kind: 'runs', at: 1, runs: [{ id: 'a', state: 'b' }] },
    ])
    for (let index = 0; index < hostileTexts.length; index += 1) {
      await element.getByRole('grid', { name: 'Streams' }).focus()
      await page.keyboard.press(index === 0 ? 'Home' : 'ArrowDown')
      await events.first().click()
      await element.getByRole('region', { name: 'Event' }).locator('.json').waitFor()
      await events.last().click()
      await element.getByRole('tab', { name: 'Details' }).click()
      await element.locator('.summary').getByText('Request headers').waitFor()
      await element.getByRole('tab', { name: /^Events/ }).click()
    }
    expect(await streams.count()).toBeGreaterThan(1)
    await element.getByRole('tab', { name: 'Topics' }).click()
    await element.getByRole('grid', { name: 'Topics' }).locator('.row').first().waitFor()
    expect(await page.evaluate(() => [Reflect.get(globalThis, 'hacked'), Reflect.get({}, 'hacked')])).toEqual([
      undefined,
      undefined,
    ])
    expect(await element.locator('script, iframe, img, a[href], style, object').count()).toBe(0)
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  })

  const looks: readonly { name: string; options: ContextOptions }[] = [
    { name: 'light', options: { colorScheme: 'light' } },
    { name: 'dark', options: { colorScheme: 'dark' } },
    { name: '320 pixels wide', options: { colorScheme: 'light', viewport: { width: 320, height: 640 } } },
    { name: '320 pixels wide, dark', options: { colorScheme: 'dark', viewport: { width: 320, height: 640 } } },
    { name: 'wide', options: { colorScheme: 'dark', viewport: { width: 1900, height: 900 } } },
  ]

  test.each(looks)('axe finds nothing in any view, and nothing is wider than the page: $name', async ({ options }) => {
    const { page, element, streams, events, add } = await open({ reducedMotion: 'reduce', ...options })
    expect(await violations(page)).toEqual([])
    await element.evaluate((one) => Object.assign(one, { onReplay: () => {}, notice: 'There is no connection.' }))
    await add(gallery)
    await streams.first().waitFor()
    expect(await violations(page)).toEqual([])
    for (const text of ['/api/chat', 'api.example', '/prices', '/export']) {
      await streams.filter({ hasText: text }).click()
      await events.last().click()
      await element.getByRole('region', { name: 'Event' }).waitFor()
      expect(await violations(page)).toEqual([])
      await element.getByRole('tab', { name: 'Details' }).click()
      expect(await violations(page)).toEqual([])
      await element.getByRole('tab', { name: /^Events/ }).click()
      await element.getByRole('button', { name: 'Back to the list' }).click()
    }
    await element.getByRole('button', { name: 'Pause' }).click()
    expect(await violations(page)).toEqual([])
    await element.getByRole('button', { name: 'Go on' }).click()
    for (const tab of ['Topics', 'Runs', 'Journals']) {
      await element.getByRole('tab', { name: tab }).click()
      expect(await violations(page)).toEqual([])
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  })

  test('what is no record is refused, and an inspection that is none', async () => {
    const { element } = await open()
    const refuse = (change: (one: Element) => void): Promise<unknown> =>
      element.evaluate(change).then(
        () => undefined,
        (error: unknown) => String(error),
      )
    expect(await refuse((one) => (one as unknown as { add(value: unknown): void }).add({ kind: 'opened' }))).toContain(
      'takes its records',
    )
    expect(await refuse((one) => void Object.assign(one, { inspection: {} }))).toContain(
      'inspection must be an Inspection',
    )
  })

  test('an element that is taken out and put back shows what it had', async () => {
    const { element, add, streams } = await open()
    await add([opened('s')])
    await streams.first().waitFor()
    await element.evaluate((one) => {
      const parent = one.parentElement
      one.remove()
      parent?.append(one)
    })
    await streams.filter({ hasText: '/s' }).waitFor()
    expect(await element.locator('.inspector').count()).toBe(1)
  })
})

/** What a screen reader is told to be on. */
async function activeRow(grid: Locator): Promise<string | null | undefined> {
  return grid.evaluate((one) => {
    const id = one.getAttribute('aria-activedescendant') ?? ''
    return (one.getRootNode() as ShadowRoot).getElementById(id)?.textContent
  })
}
