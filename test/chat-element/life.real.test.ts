// The life of the element in a page: its attributes, properties and events, and what becomes of its chat when it is moved.
import { expect, test } from 'vitest'
import { describeWith } from '../support/component/component.ts'
import { openChatPage, openContext } from '../support/chat-element/chat-page.ts'
import { chat } from '../../src/ai/index.ts'
import { startChat, stepped } from '../support/chat/chat-node.ts'

describeWith('chromium', '<tidings-chat> in a page', () => {
  test('keeps its chat when it is moved, and leaves it, without stopping it, when it is taken out', async () => {
    const steps = stepped(['One', ' two', ' three'])
    const { url } = await startChat(steps.handler)
    const html = '<div id="a"><tidings-chat url="/chat" chat-id="c1"></tidings-chat></div><div id="b"></div>'
    const { page, element, say, answers } = await openChatPage(await openContext(), url, { html })
    await say('Count')
    steps.open(0)
    await answers.filter({ hasText: 'One' }).waitFor()
    await element.evaluate((one) => {
      Object.assign(globalThis, { kept: Reflect.get(one, 'chat'), one })
      document.querySelector('#b')?.append(one)
    })
    steps.open(1)
    await answers.filter({ hasText: 'One two' }).waitFor()
    expect(await element.evaluate((one) => Reflect.get(one, 'chat') === Reflect.get(globalThis, 'kept'))).toBe(true)

    await element.evaluate((one) => one.remove())
    const hasLeft = (): Promise<boolean> =>
      page.evaluate(() => Reflect.get(Reflect.get(globalThis, 'one') as object, 'chat') === undefined)
    await expect.poll(hasLeft).toBe(true)
    expect(steps.log).toEqual(['called'])
    await page.evaluate(() => document.querySelector('#a')?.append(Reflect.get(globalThis, 'one') as Element))
    await element.locator('.message.user', { hasText: 'Count' }).waitFor()
    steps.open(2)
    await answers.filter({ hasText: 'One two three' }).waitFor()
    expect(await element.locator('.message').count()).toBe(2)
  })

  test('is defined once, also where its script runs twice, and under another name', async () => {
    const { url } = await startChat(async function* () {
      yield 'x'
    })
    const { page } = await openChatPage(await openContext(), url)
    const names = await page.evaluate(() => {
      const define = Reflect.get(globalThis, 'defineChatElement') as (name?: string) => void
      define()
      define('other-chat')
      define('other-chat')
      const other = document.createElement('other-chat')
      other.setAttribute('url', '/chat')
      document.body.append(other)
      return other instanceof (Reflect.get(globalThis, 'TidingsChatElement') as typeof HTMLElement)
    })
    expect(names).toBe(true)
    await page.locator('other-chat .composer').waitFor()
  })

  test('tells of itself by events that leave its shadow tree', async () => {
    const { url } = await startChat(async function* ({ messages }) {
      if (messages.length > 2) throw new Error('secret')
      yield chat.data('weather', { degrees: 7 }, { transient: true })
      yield chat.custom('note', 'hello')
      yield 'Here.'
    })
    const { page, element, say, answers } = await openChatPage(await openContext({ expected: /500/ }), url)
    await page.evaluate(() => {
      const heard: unknown[] = []
      for (const name of ['send', 'status', 'end', 'error', 'data', 'custom']) {
        document.addEventListener(`chat-${name}`, (event) => {
          const { detail } = event as CustomEvent
          if (detail.text === 'Not this') event.preventDefault()
          heard.push([name, detail.text ?? detail.status ?? detail.code ?? detail.name])
        })
      }
      Object.assign(globalThis, { heard })
    })
    await say('Hello')
    await answers.filter({ hasText: 'Here.' }).waitFor()
    await expect.poll(() => element.getAttribute('data-status')).toBe('ready')
    await say('Not this')
    await say('More')
    await element.locator('.verdict[data-kind=error]').waitFor()
    expect(await element.locator('.message.user').count()).toBe(2)
    const heard = await page.evaluate(() => Reflect.get(globalThis, 'heard') as [string, string][])
    expect(heard.filter(([name]) => name !== 'status')).toEqual([
      ['send', 'Hello'],
      ['data', 'weather'],
      ['custom', 'note'],
      ['end', 'ready'],
      ['send', 'Not this'],
      ['send', 'More'],
      ['error', 'internal'],
      ['end', 'error'],
    ])
    expect(heard.flatMap(([name, value]) => (name === 'status' ? [value] : [])).at(-1)).toBe('error')
  })

  test('sends its headers and its token, as they are at the time', async () => {
    const seen: unknown[] = []
    const { url } = await startChat(async function* ({ headers }) {
      seen.push([headers['authorization'], headers['x-tenant']])
      yield 'x'
    })
    const { element, say } = await openChatPage(await openContext(), url)
    await element.evaluate((one) => Object.assign(one, { token: 'one', headers: { 'x-tenant': 'a' } }))
    await say('Hello')
    await expect.poll(() => seen.length).toBe(1)
    await element.evaluate((one) =>
      Object.assign(one, { token: async () => 'two', headers: () => ({ 'x-tenant': 'b' }) }),
    )
    await expect.poll(() => element.getAttribute('data-status')).toBe('ready')
    await say('Again')
    await expect.poll(() => seen.length).toBe(2)
    expect(seen).toEqual([
      ['Bearer one', 'a'],
      ['Bearer two', 'b'],
    ])
  })

  test('shows a chat that it is given, does not close it, and heeds what was set before it was defined', async () => {
    const { url } = await startChat(async function* () {
      yield 'Here.'
    })
    const { page, element, say, answers } = await openChatPage(await openContext(), url, {
      html: '<tidings-chat></tidings-chat>',
    })
    await element.evaluate((one) => {
      const create = Reflect.get(globalThis, 'createChat') as (options: object) => object
      const given = create({ url: '/chat' })
      Object.assign(globalThis, { given })
      Object.assign(one, { chat: given, labels: { send: 'Senden' }, locale: 'de' })
    })
    await element.getByRole('button', { name: 'Senden' }).waitFor()
    await say('Hello')
    await answers.filter({ hasText: 'Here.' }).waitFor()
    await element.evaluate((one) => one.remove())
    await page.evaluate(() => (Reflect.get(globalThis, 'given') as { send(text: string): Promise<void> }).send('More'))
    const count = await page.evaluate(
      () =>
        (Reflect.get(globalThis, 'given') as { getSnapshot(): { messages: unknown[] } }).getSnapshot().messages.length,
    )
    expect(count).toBe(4)
  })

  test('shows data as the page renders it', async () => {
    const { url } = await startChat(async function* () {
      yield chat.data('weather', { degrees: 7 }, { id: 'w' })
      yield chat.data('secret', 1)
      yield 'Here.'
    })
    const { element, say } = await openChatPage(await openContext(), url)
    await element.evaluate((one) => {
      Object.assign(one, {
        renderData: (part: { type: string; data: { degrees: number } }) =>
          part.type === 'data-weather' ? `<b>${part.data.degrees}</b> degrees` : undefined,
      })
    })
    await say('Weather?')
    await element.locator('.data:not([hidden])', { hasText: '<b>7</b> degrees' }).waitFor()
    expect(await element.locator('.data:visible').count()).toBe(1)
  })

  test('the placeholder, the heading and the theme are attributes', async () => {
    const { url } = await startChat(async function* () {
      yield 'x'
    })
    const html = '<tidings-chat url="/chat" placeholder="Ask" heading="Help" theme="dark"></tidings-chat>'
    const { element } = await openChatPage(await openContext({ colorScheme: 'light' }), url, { html })
    await element.getByRole('textbox', { name: 'Ask' }).waitFor()
    await element.getByRole('heading', { name: 'Help' }).waitFor()
    expect(await element.evaluate((one) => getComputedStyle(one).backgroundColor)).toBe('rgb(26, 26, 25)')
    await element.evaluate((one) => one.setAttribute('placeholder', 'Say'))
    await element.getByRole('textbox', { name: 'Say' }).waitFor()
  })
})
