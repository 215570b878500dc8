// Reading and writing in the element: keys, input methods, scrolling, screen readers, and content that means harm.
import axe from 'axe-core'
import { expect, test } from 'vitest'
import { describeWith } from '../support/component/component.ts'
import { openChatPage, openContext, type ChatPage, type ContextOptions } from '../support/chat-element/chat-page.ts'
import { gallery, rightToLeft } from '../support/chat-element/gallery.ts'
import { startChat, stepped } from '../support/chat/chat-node.ts'
import { chat } from '../../src/ai/index.ts'
import type { ChatMessage } from '../../src/chat/index.ts'

/** Opens a page with a conversation that is there already. */
async function openWith(
  messages: readonly ChatMessage[],
  url: string,
  options: ContextOptions = {},
  attributes = '',
): Promise<ChatPage> {
  const html = '<tidings-chat heading="Support"></tidings-chat>'
  const opened = await openChatPage(await openContext(options), url, { html, attributes })
  await opened.element.evaluate(
    (one, messages) => Object.assign(one, { url: '/chat', options: { messages } }),
    messages,
  )
  return opened
}

function longTexts(count: number): ChatMessage[] {
  return Array.from({ length: count }, (_, index): ChatMessage => {
    const text = `Message ${index}. ${'Some words that fill a line. '.repeat(12)}`
    return { id: `m${index}`, role: index % 2 === 0 ? 'user' : 'assistant', parts: [{ type: 'text', text }] }
  })
}

/** How far the end is out of view, in pixels. */
function awayFromEnd({ element }: ChatPage): Promise<number> {
  return element.locator('.messages').evaluate((one) => one.scrollHeight - one.clientHeight - one.scrollTop)
}

describeWith('chromium', '<tidings-chat>, read and written', () => {
  test('by keyboard alone: a message is sent, answered, stopped, and asked for anew', async () => {
    const steps = stepped(['A beginning', ' and an end'])
    const { url } = await startChat(steps.handler)
    const { page, element, field, answers } = await openChatPage(await openContext(), url)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    expect(await focusedPart(element)).toBe('input')
    await page.keyboard.type('One')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('two')
    expect(await field.inputValue()).toBe('One\ntwo')
    await page.keyboard.press('Enter')
    await expect.poll(() => element.locator('.message.user .text').textContent()).toBe('One\ntwo')
    expect(await focusedPart(element)).toBe('input')
    steps.open(0)
    await answers.filter({ hasText: 'A beginning' }).waitFor()
    await page.keyboard.press('Escape')
    await element.locator('.verdict', { hasText: 'The answer was stopped.' }).waitFor()
    await page.keyboard.press('Shift+Tab')
    expect(await focusedPart(element)).toBe('button regenerate')
    steps.openAll()
    await page.keyboard.press('Enter')
    await answers.filter({ hasText: 'A beginning and an end' }).waitFor()
    expect(await focusedPart(element)).toBe('input')
  })

  test('Enter that chooses a word of an input method sends nothing, and Escape stops nothing', async () => {
    const steps = stepped(['A beginning', ' and an end'])
    const { url } = await startChat(steps.handler)
    const { page, element, field, say, answers } = await openChatPage(await openContext(), url)
    await say('Hello')
    steps.open(0)
    await answers.filter({ hasText: 'A beginning' }).waitFor()
    await field.focus()
    const session = await page.context().newCDPSession(page)
    await session.send('Input.imeSetComposition', { text: 'かな', selectionStart: 2, selectionEnd: 2 })
    expect(await field.inputValue()).toBe('かな')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    // As Safari tells of it: the composition has ended already.
    await field.evaluate((one) => {
      for (const key of ['Enter', 'Escape'])
        one.dispatchEvent(
          new KeyboardEvent('keydown', { key, keyCode: 229, bubbles: true, composed: true, cancelable: true }),
        )
    })
    expect(await element.locator('.message.user').count()).toBe(1)
    expect(await element.getAttribute('data-status')).toBe('streaming')
    await session.send('Input.insertText', { text: '仮名' })
    await page.keyboard.press('Enter')
    await element.locator('.message.user', { hasText: '仮名' }).waitFor()
    steps.openAll()
  })

  test('follows the end, stays where the reader has scrolled to, and goes back by the button', async () => {
    const steps = stepped(
      Array.from({ length: 4 }, (_, index) => `Part ${index}.\n\n${'More and more words. '.repeat(120)}\n\n`),
    )
    const { url } = await startChat(steps.handler)
    const opened = await openWith(longTexts(30), url)
    const { page, element, say, answers } = opened
    await expect.poll(() => awayFromEnd(opened)).toBeLessThan(2)
    await say('Go on')
    steps.open(0)
    await answers.filter({ hasText: 'Part 0' }).waitFor()
    await expect.poll(() => awayFromEnd(opened)).toBeLessThan(2)
    await element.locator('.messages').hover()
    await page.mouse.wheel(0, -400)
    const jump = element.getByRole('button', { name: 'Jump to latest' })
    await jump.waitFor()
    const top = await element.locator('.messages').evaluate((one) => one.scrollTop)
    steps.open(1)
    await answers.filter({ hasText: 'Part 1' }).waitFor()
    await expect.poll(() => awayFromEnd(opened)).toBeGreaterThan(500)
    expect(await element.locator('.messages').evaluate((one) => one.scrollTop)).toBeCloseTo(top, -1)
    await jump.click()
    await jump.waitFor({ state: 'hidden' })
    await expect.poll(() => awayFromEnd(opened)).toBeLessThan(2)
    steps.openAll()
    await answers.filter({ hasText: 'Part 3' }).waitFor()
    await expect.poll(() => awayFromEnd(opened)).toBeLessThan(2)
  })

  test('a screen reader is told of the whole answer once, and of no token', async () => {
    const steps = stepped(['The **answer**', ' comes', ' to an end.'])
    const { url } = await startChat(steps.handler)
    const { element, say, answers } = await openChatPage(await openContext(), url)
    const log = element.getByRole('log', { name: 'Conversation' })
    expect(await log.getAttribute('aria-live')).toBe('off')
    await element.evaluate((one) => {
      const said: string[] = []
      const status = one.shadowRoot?.querySelector('[role=status]')
      if (status) new MutationObserver(() => said.push(status.textContent)).observe(status, { childList: true })
      Object.assign(globalThis, { said })
    })
    await say('Hello')
    steps.open(0)
    await answers.filter({ hasText: 'The answer' }).waitFor()
    steps.openAll()
    await expect.poll(() => element.getAttribute('data-status')).toBe('ready')
    const said = await element.evaluate(() => Reflect.get(globalThis, 'said') as string[])
    expect(said).toEqual(['Waiting for the answer', 'Assistant: The answer comes to an end.'])
  })

  const looks: readonly {
    name: string
    options: ContextOptions
    attributes: string
    messages: readonly ChatMessage[]
  }[] = [
    { name: 'light', options: { colorScheme: 'light' }, attributes: '', messages: gallery },
    { name: 'dark', options: { colorScheme: 'dark' }, attributes: '', messages: gallery },
    { name: 'from right to left', options: { colorScheme: 'light' }, attributes: 'dir="rtl"', messages: rightToLeft },
    {
      name: '320 pixels wide',
      options: { viewport: { width: 320, height: 640 }, hasTouch: true },
      attributes: '',
      messages: gallery,
    },
  ]

  test.each(looks)(
    'axe finds nothing in any state, and nothing is wider than the page: $name',
    async ({ options, attributes, messages }) => {
      const steps = stepped(['Something', ' more'])
      let count = 0
      const { url } = await startChat((context) => {
        count += 1
        if (count > 1) throw new Error('secret')
        return steps.handler(context)
      })
      const opened = await openWith(messages, url, { ...options, expected: /500/ }, attributes)
      const { page, element, say, answers } = opened
      await element.locator('.markdown').first().waitFor()
      await openAll(element)
      await page.evaluate(axe.source)
      expect(await violations(page)).toEqual([])
      await say('Hello')
      await element.locator('.waiting').waitFor()
      expect(await violations(page)).toEqual([])
      steps.open(0)
      await answers.filter({ hasText: 'Something' }).waitFor()
      await say('And this')
      await element.locator('.queued').waitFor()
      expect(await violations(page)).toEqual([])
      steps.openAll()
      await element.locator('.verdict[data-kind=error]').waitFor()
      await element.getByRole('button', { name: 'Edit' }).last().press('Enter')
      await element.locator('.messages').evaluate((one) => one.scrollTo(0, 0))
      await element.locator('.jump').waitFor()
      expect(await violations(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
      expect(
        await element.locator('.messages').evaluate((one) => one.scrollWidth - one.clientWidth),
      ).toBeLessThanOrEqual(0)
    },
  )

  test('what a model or a tool says is text, and runs nothing', async () => {
    const harm = '<img src=x onerror="globalThis.harmed = 1"><script>globalThis.harmed = 1</script>'
    const link = 'javascript:globalThis.harmed=1'
    const { url } = await startChat(async function* () {
      yield {
        type: 'tool-input-available',
        toolCallId: 'c1',
        toolName: harm,
        title: harm,
        input: { [harm]: harm },
        executor: 'server',
      }
      yield { type: 'tool-output-available', toolCallId: 'c1', output: harm }
      yield { type: 'tool-input-available', toolCallId: 'c2', toolName: harm, input: harm, executor: 'server' }
      yield { type: 'tool-output-error', toolCallId: 'c2', errorText: harm }
      yield chat.file({ url: link, mediaType: 'text/html', filename: harm })
      yield chat.file({ url: `data:text/html,${harm}`, mediaType: 'text/html', filename: harm })
      yield chat.file({ url: 'https://example.com/track.png', mediaType: 'image/png', filename: harm })
      yield chat.source({ url: link, title: harm })
      yield chat.source({ document: harm, mediaType: 'text/html' })
      yield chat.text(`${harm} [link](${link})`)
    })
    // A purifier reads harm before it takes it away: the policy says so, and runs nothing.
    const { element, say } = await openChatPage(
      await openContext({ expected: /Executing inline event handler violates/ }),
      url,
    )
    await say(harm)
    await element.locator('.sources').waitFor()
    await openAll(element)
    await expect.poll(() => element.locator('.value-text').allTextContents()).toContain(harm)
    expect(await element.locator('.fold-title').allTextContents()).toEqual([harm, harm])
    expect(await element.locator('.file-name').allTextContents()).toEqual([harm, harm, harm])
    expect(await element.locator('.message.user .text').textContent()).toBe(harm)
    expect(await element.locator('.message script, .message [onerror]').count()).toBe(0)
    expect(await element.locator('.file img').count()).toBe(0)
    const links = await element
      .locator('.message a')
      .evaluateAll((all) => all.map((one) => [one.getAttribute('href')?.split(':')[0], one.hasAttribute('download')]))
    expect(links).toEqual([
      ['data', true],
      ['https', false],
      [undefined, false],
    ])
    expect(await element.evaluate(() => Reflect.get(globalThis, 'harmed'))).toBeUndefined()
  })

  test('an answer that comes moves nothing that is read', async () => {
    const steps = stepped(['Some words.\n\n', 'And **more** of them.\n\n- one\n- two\n'])
    const { url } = await startChat(steps.handler)
    const { page, element, say, answers } = await openWith(gallery, url)
    await element.locator('.markdown table').waitFor()
    await say('Hello')
    await element.locator('.waiting').waitFor()
    await page.evaluate(async () => {
      // What sending has moved is over.
      for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve))
      const jumps: number[] = []
      Object.assign(globalThis, { jumps })
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) jumps.push(Number(Reflect.get(entry, 'value')))
      }).observe({ type: 'layout-shift' })
    })
    steps.openAll()
    await answers.filter({ hasText: 'two' }).waitFor()
    await expect.poll(() => element.getAttribute('data-status')).toBe('ready')
    const jumps = await page.evaluate(() => Reflect.get(globalThis, 'jumps') as number[])
    expect(jumps.reduce((sum, jump) => sum + jump, 0)).toBeLessThan(0.02)
  })

  test('nothing moves by itself where motion is not wanted', async () => {
    const steps = stepped(['x'])
    const { url } = await startChat(steps.handler)
    const { element, say } = await openChatPage(await openContext({ reducedMotion: 'reduce' }), url)
    await say('Hello')
    await element.locator('.waiting').waitFor()
    const moving = await element.evaluate(
      (one) => one.shadowRoot?.querySelector('.chat')?.getAnimations({ subtree: true }).length,
    )
    expect(moving).toBe(0)
    steps.openAll()
  })
})

/** What axe has to say of the page: the rules that are broken, and where. */
function violations(page: ChatPage['page']): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const axe = Reflect.get(globalThis, 'axe') as {
      run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>
    }
    // The page around the element is not its doing.
    const found = (await axe.run()).violations.filter(
      ({ id }) => !['landmark-one-main', 'page-has-heading-one', 'region'].includes(id),
    )
    return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
  })
}

async function openAll(element: ChatPage['element']): Promise<void> {
  await element.locator('details').evaluateAll((all) => all.forEach((one) => one.setAttribute('open', '')))
}

function focusedPart(element: ChatPage['element']): Promise<string | null> {
  return element.evaluate((one) => one.shadowRoot?.activeElement?.getAttribute('part') ?? null)
}
