// A conversation by the element, in a real browser, under a policy that forbids inline scripts and styles.
import { expect, test } from 'vitest'
import type { ChatHandler } from '../../src/ai/index.ts'
import { chat } from '../../src/ai/index.ts'
import { describeWith } from '../support/component/component.ts'
import { openChatPage, openContext } from '../support/chat-element/chat-page.ts'
import { startChat, stepped } from '../support/chat/chat-node.ts'

/** Says what was said last, and how often something was asked. */
function echo(): ChatHandler {
  let count = 0
  return async function* ({ messages }) {
    count += 1
    const parts = messages.at(-1)?.parts ?? []
    yield `${count}: ${parts.map((part) => (part.type === 'text' ? part.text : '')).join('')}`
  }
}

describeWith('chromium', '<tidings-chat>', () => {
  test('shows a message at once, and its answer as it comes', async () => {
    const steps = stepped(['Hello ', 'there.'])
    const { url } = await startChat(steps.handler)
    const { say, answers, element, field } = await openChatPage(await openContext(), url)
    await say('Good morning')
    await element.locator('.message.user', { hasText: 'Good morning' }).waitFor()
    await element.locator('.waiting').waitFor()
    expect(await field.inputValue()).toBe('')
    steps.open(0)
    await answers.filter({ hasText: /^Hello/ }).waitFor()
    expect(await element.getAttribute('data-status')).toBe('streaming')
    steps.open(1)
    await answers.filter({ hasText: 'Hello there.' }).waitFor()
    await expect.poll(() => element.getAttribute('data-status')).toBe('ready')
    expect(await element.locator('.waiting').isVisible()).toBe(false)
  })

  test('Stop stops the answer at the server, and says so', async () => {
    const steps = stepped(['A beginning', ' and an end'])
    const { url, ended } = await startChat(steps.handler)
    const { say, answers, element } = await openChatPage(await openContext(), url)
    await say('Tell me')
    steps.open(0)
    await answers.filter({ hasText: 'A beginning' }).waitFor()
    await element.getByRole('button', { name: 'Stop' }).click()
    await element.locator('.verdict', { hasText: 'The answer was stopped.' }).waitFor()
    await expect.poll(() => ended.map(({ outcome }) => outcome)).toEqual(['stopped'])
    expect(await element.getByRole('button', { name: 'Stop' }).isVisible()).toBe(false)
    expect(await focusedPart(element)).toBe('input')
  })

  test('tells of a failure, and tries again', async () => {
    let count = 0
    const { url } = await startChat(async function* () {
      count += 1
      if (count === 1) throw new Error('secret')
      yield 'Now it works.'
    })
    const { say, answers, element } = await openChatPage(await openContext({ expected: /500/ }), url)
    await say('Please')
    await element.locator('.verdict[data-kind=error]').waitFor()
    expect(await element.locator('.verdict').textContent()).not.toContain('secret')
    await element.getByRole('button', { name: 'Try again' }).click()
    await answers.filter({ hasText: 'Now it works.' }).waitFor()
    await element.locator('.verdict').waitFor({ state: 'hidden' })
    expect(await focusedPart(element)).toBe('input')
  })

  test('has an answer given anew, changes a message, and copies it', async () => {
    const { url } = await startChat(echo())
    const context = await openContext({ permissions: ['clipboard-read', 'clipboard-write'] })
    const { page, say, answers, element } = await openChatPage(context, url)
    await say('First')
    await answers.filter({ hasText: '1: First' }).waitFor()
    await element.getByRole('button', { name: 'Answer again' }).click()
    await answers.filter({ hasText: '2: First' }).waitFor()
    expect(await answers.count()).toBe(1)

    await element.locator('.message.user').hover()
    await element.getByRole('button', { name: 'Edit' }).click()
    const editor = element.getByLabel('Edit your message')
    expect(await editor.inputValue()).toBe('First')
    await editor.fill('Second')
    await editor.press('Enter')
    await answers.filter({ hasText: '3: Second' }).waitFor()
    expect(await element.locator('.message').count()).toBe(2)

    await answers.getByRole('button', { name: 'Copy' }).click()
    await answers.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('3: Second')
  })

  test('a message is left as it was when its change is given up, and the focus goes back to Edit', async () => {
    const { url } = await startChat(echo())
    const { page, say, answers, element } = await openChatPage(await openContext(), url)
    await say('First')
    await answers.filter({ hasText: '1: First' }).waitFor()
    await element.locator('.message.user').hover()
    await element.getByRole('button', { name: 'Edit' }).click()
    await page.keyboard.press('Escape')
    await element.locator('.message.user', { hasText: 'First' }).waitFor()
    expect(await focusedPart(element)).toBe('button edit')
  })

  test('messages that are sent while an answer comes wait, and say so', async () => {
    const steps = stepped(['one', ' two'])
    const { url } = await startChat(steps.handler)
    const { say, answers, element } = await openChatPage(await openContext(), url)
    await say('First')
    steps.open(0)
    await answers.filter({ hasText: 'one' }).waitFor()
    await say('Second')
    await say('Third')
    await element.locator('.notice', { hasText: '2 messages wait' }).waitFor()
    expect(await element.locator('.message[data-queued]').allTextContents()).toEqual([
      expect.stringContaining('Second'),
      expect.stringContaining('Third'),
    ])
    steps.open(1)
    await expect.poll(() => answers.allTextContents()).toEqual(['one two', 'one two', 'one two'])
    await element.locator('.notice', { hasText: /^$/ }).waitFor({ state: 'attached' })
    expect(await element.locator('.message[data-queued]').count()).toBe(0)
  })

  test('an answer goes on after a reload, below the message that is kept', async () => {
    const steps = stepped(['Once ', 'upon ', 'a time'])
    const { url } = await startChat(steps.handler)
    const html = '<tidings-chat url="/chat" keep="session"></tidings-chat>'
    const { page, say, answers, element } = await openChatPage(await openContext(), url, { html })
    await say('A story')
    steps.open(0)
    await answers.filter({ hasText: 'Once' }).waitFor()
    await page.reload()
    await element.locator('.message.user', { hasText: 'A story' }).waitFor()
    steps.open(1)
    await answers.filter({ hasText: 'Once upon' }).waitFor()
    steps.open(2)
    await answers.filter({ hasText: 'Once upon a time' }).waitFor()
    await expect.poll(() => element.getAttribute('data-status')).toBe('ready')
    expect(await element.locator('.message').count()).toBe(2)
    expect(steps.log).toEqual(['called', 'done', 'finally'])
    await page.reload()
    await answers.filter({ hasText: 'Once upon a time' }).waitFor()
  })

  test('two tabs follow the same answer, and either stops it', async () => {
    const steps = stepped(['Once ', 'upon ', 'a time'])
    const { url } = await startChat(steps.handler)
    const context = await openContext()
    const html = '<tidings-chat url="/chat" chat-id="story" keep="local"></tidings-chat>'
    const one = await openChatPage(context, url, { html })
    await one.say('A story')
    steps.open(0)
    await one.answers.filter({ hasText: 'Once' }).waitFor()
    const two = await openChatPage(context, url, { html })
    await two.answers.filter({ hasText: 'Once' }).waitFor()
    steps.open(1)
    await one.page.bringToFront()
    await one.answers.filter({ hasText: 'Once upon' }).waitFor()
    await two.page.bringToFront()
    await two.answers.filter({ hasText: 'Once upon' }).waitFor()
    await two.element.getByRole('button', { name: 'Stop' }).click()
    await one.page.bringToFront()
    await one.element.locator('.verdict', { hasText: 'The answer was stopped.' }).waitFor()
  })

  test('says that the device is offline, and goes on where it was once it is back', async () => {
    const steps = stepped(['Once ', 'upon ', 'a time'])
    const { url, server } = await startChat(steps.handler)
    expect(server).toBeDefined()
    const context = await openContext({ expected: /ERR_INTERNET_DISCONNECTED|ERR_FAILED/ })
    const html = '<tidings-chat url="/chat"></tidings-chat>'
    const { page, say, answers, element } = await openChatPage(context, url, { html })
    await page.evaluate(cutWhenOffline)
    await say('A story')
    steps.open(0)
    await answers.filter({ hasText: 'Once' }).waitFor()
    await context.setOffline(true)
    await element.locator('.notice', { hasText: 'You are offline.' }).waitFor()
    expect(await element.getByRole('status').textContent()).toContain('You are offline.')
    expect(await answers.textContent()).toContain('Once')
    steps.open(1)
    await context.setOffline(false)
    await answers.filter({ hasText: 'Once upon' }).waitFor()
    steps.open(2)
    await expect.poll(() => answers.allTextContents()).toEqual(['Once upon a time'])
    await element.locator('.notice', { hasText: /^$/ }).waitFor({ state: 'attached' })
  })

  test('says that an answer was interrupted, and offers to ask again', async () => {
    const { url } = await startChat(echo())
    const { page, element, say, answers } = await openChatPage(await openContext(), url)
    await element.evaluate((one) => Object.assign(one, { options: { server: 'other' } }))
    await page.route(
      `${url}/chat`,
      (route) => {
        const chunks = [
          { type: 'start', messageId: 'm1' },
          { type: 'text-start', id: 't' },
          { type: 'text-delta', id: 't', delta: 'Half' },
        ]
        const body = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')
        return route.fulfill({
          body,
          contentType: 'text/event-stream',
          headers: { 'x-vercel-ai-ui-message-stream': 'v1' },
        })
      },
      { times: 1 },
    )
    await say('Hello')
    await element.locator('.verdict[data-kind=interrupted]', { hasText: 'The answer was interrupted.' }).waitFor()
    await answers.filter({ hasText: 'Half' }).waitFor()
    await element.getByRole('button', { name: 'Try again' }).click()
    await answers.filter({ hasText: '1: Hello' }).waitFor()
  })

  test('a call is folded, shows how far it has come, and its values once it is opened', async () => {
    const steps = stepped(['Here: ', 'done.'])
    const { url } = await startChat(async function* (context) {
      yield {
        type: 'tool-input-available',
        toolCallId: 'c1',
        toolName: 'weather',
        input: { city: 'Oslo' },
        executor: 'server',
      }
      yield* wordsOf(steps.handler(context))
      yield { type: 'tool-output-available', toolCallId: 'c1', output: { degrees: 7 } }
    })
    const { say, element } = await openChatPage(await openContext(), url)
    await say('How warm is it?')
    const call = element.locator('.tool')
    await call.locator('.fold-note', { hasText: 'Running' }).waitFor()
    expect(await call.locator('.fold-title').textContent()).toBe('weather')
    steps.openAll()
    await call.locator('.fold-note', { hasText: 'Done' }).waitFor()
    expect(await call.locator('.value').count()).toBe(0)
    await call.locator('summary').click()
    await expect
      .poll(() => call.locator('.value-text').allTextContents())
      .toEqual(['{\n  "city": "Oslo"\n}', '{\n  "degrees": 7\n}'])
  })

  test.each([
    { button: 'Approve', approved: true, note: 'Approved' },
    { button: 'Deny', approved: false, note: 'Denied' },
  ])(
    'a call that needs a word shows what it is asked for; $button goes to the server',
    async ({ button, approved }) => {
      const { url } = await startChat(async function* ({ messages, trigger }) {
        if (trigger !== 'continue') {
          yield { type: 'tool-input-available', toolCallId: 'c1', toolName: 'delete', input: { file: 'a' } }
          yield chat.approval({ id: 'c1', name: 'delete', input: { file: 'a' } }, { reason: 'It is gone then.' })
          return
        }
        const part = messages.at(-1)?.parts.find(({ type }) => type === 'dynamic-tool')
        yield JSON.stringify(part?.type === 'dynamic-tool' && 'approval' in part && part.approval)
      })
      const { say, element, answers, page } = await openChatPage(await openContext(), url)
      await say('Delete it.')
      const group = element.getByRole('group', { name: 'Allow delete? It is gone then.' })
      await group.waitFor()
      expect(await element.locator('.value-text').textContent()).toContain('"file": "a"')
      await group.getByRole('button', { name: button }).focus()
      await page.keyboard.press('Enter')
      await answers.filter({ hasText: `"approved":${approved}` }).waitFor()
      expect(await group.count()).toBe(0)
      expect(await focusedPart(element)).toBe('tool-summary')
    },
  )

  test('a thought is folded, and its text rendered while it is open', async () => {
    const steps = stepped(['', ''])
    const { url } = await startChat(async function* (context) {
      yield chat.reasoning('Let me see.')
      yield* wordsOf(steps.handler(context))
      yield 'Here.'
    })
    const { say, element, answers } = await openChatPage(await openContext(), url)
    await say('Why?')
    const summary = element.locator('.reasoning summary')
    await summary.filter({ hasText: 'Thinking…' }).waitFor()
    await summary.click()
    await element.locator('.reasoning .fold-body', { hasText: 'Let me see.' }).waitFor()
    steps.openAll()
    await answers.filter({ hasText: 'Here.' }).waitFor()
    await summary.filter({ hasText: 'Thought' }).waitFor()
  })
})

/** What a handler says, for another one to say. */
async function* wordsOf(said: ReturnType<ChatHandler>): AsyncGenerator<string> {
  for await (const word of said as AsyncIterable<string>) yield word
}

/** Streams of this page break off when the device goes offline, as they do outside of a browser that only says so. */
function cutWhenOffline(): void {
  const { fetch } = globalThis
  globalThis.fetch = async (target, init) => {
    const cut = new AbortController()
    const breakOff = (): void => cut.abort(new TypeError('network'))
    addEventListener('offline', breakOff, { once: true })
    const signals = [cut.signal, ...(init?.signal ? [init.signal] : [])]
    return fetch(target, { ...init, signal: AbortSignal.any(signals) })
  }
}

/** The `part` of what has the focus in the element. */
function focusedPart(element: { evaluate<T>(work: (one: Element) => T): Promise<T> }): Promise<string | null> {
  return element.evaluate((one) => one.shadowRoot?.activeElement?.getAttribute('part') ?? null)
}
