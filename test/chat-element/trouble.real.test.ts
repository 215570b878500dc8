// The element in a page where something is not as it should be: parts of messages, stores, changes in the middle.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { Chat } from '../../src/chat/index.ts'
import type { TidingsChatElement } from '../../src/chat-element/index.ts'
import { describeWith } from '../support/component/component.ts'
import { openChatPage, openContext } from '../support/chat-element/chat-page.ts'
import { startChat, stepped } from '../support/chat/chat-node.ts'

declare global {
  interface HTMLElementTagNameMap {
    'tidings-chat': TidingsChatElement
  }
}

/** Stores a conversation as the element keeps it, and shows it. */
async function showKept(page: Page, messages: readonly unknown[]): Promise<void> {
  await page.evaluate((text) => {
    localStorage.setItem(`tidings-chat ${new URL('/chat', document.baseURI).href} k`, text)
    const element = document.createElement('tidings-chat')
    element.setAttribute('keep', 'local')
    element.setAttribute('chat-id', 'k')
    element.setAttribute('url', '/chat')
    document.body.replaceChildren(element)
  }, JSON.stringify({ messages }))
}

describeWith('chromium', '<tidings-chat> in trouble', () => {
  const broken = [
    { type: 'file' },
    { type: 'text' },
    { type: 'text', text: 5 },
    { type: 'reasoning' },
    { type: 'source-url' },
    { type: 'source-document' },
    { type: 'dynamic-tool', state: 'approval-requested' },
    { type: 'dynamic-tool', state: 'approval-responded' },
  ]

  test('a part that is not what its type says is reported, and takes nothing with it', async () => {
    const { url } = await startChat(stepped([]).handler)
    const { page, element, field } = await openChatPage(await openContext({ expected: /TypeError/ }), url)
    for (const role of ['user', 'assistant']) {
      for (const part of broken) {
        await showKept(page, [
          { id: 'a', role, parts: [part, { type: 'text', text: 'The same message.' }] },
          { id: 'b', role: 'assistant', parts: [{ type: 'text', text: 'The next one.' }] },
        ])
        await element.getByText('The same message.').waitFor()
        await element.getByText('The next one.').waitFor()
        await field.waitFor()
      }
    }
  })

  test('a conversation is kept where there is no secure context', async () => {
    const { url } = await startChat(async function* () {
      yield 'Kept.'
    })
    const { page, element, say, answers } = await openChatPage(await openContext(), url, { html: '' })
    await page.evaluate(() => {
      Object.defineProperty(crypto, 'randomUUID', { value: undefined })
      document.body.innerHTML = '<tidings-chat url="/chat" keep="local"></tidings-chat>'
    })
    await say('Hello')
    await answers.filter({ hasText: 'Kept.' }).waitFor()
    await page.reload()
    await page.evaluate(() => {
      document.body.innerHTML = '<tidings-chat url="/chat" keep="local"></tidings-chat>'
    })
    await element.getByText('Kept.').waitFor()
  })

  test('what is being written stays where the looks of the element change', async () => {
    const { url } = await startChat(stepped([]).handler)
    const { element, field } = await openChatPage(await openContext(), url)
    await field.fill('Not sent yet')
    await field.evaluate((one) => one instanceof HTMLTextAreaElement && one.setSelectionRange(3, 8))
    const changes = [
      (one: HTMLElement) => void Reflect.set(one, 'labels', { send: 'Senden' }),
      (one: HTMLElement) => void Reflect.set(one, 'renderData', () => undefined),
      (one: HTMLElement) => one.setAttribute('locale', 'de'),
    ]
    for (const change of changes) {
      await field.evaluate((one) => one.setAttribute('data-before', ''))
      await element.evaluate(change)
      await element.locator('.composer textarea:not([data-before])').waitFor()
      expect(await field.inputValue()).toBe('Not sent yet')
      expect(await field.evaluate((one) => one instanceof HTMLTextAreaElement && one.selectionStart)).toBe(3)
      expect(await field.evaluate((one) => one.matches(':focus'))).toBe(true)
      expect(await element.getByRole('button', { name: /^Send/ }).isEnabled()).toBe(true)
    }
  })

  test('a text that has waited to be rendered, and grows before its turn, is shown once', async () => {
    const { url } = await startChat(async function* () {
      yield 'Done.'
    })
    const { page, element, say, answers } = await openChatPage(await openContext(), url)
    // Once an answer is Markdown, the libraries are there: texts are then rendered in their turn.
    await say('Hello')
    await answers.locator('.markdown').getByText('Done.').waitFor()
    await page.evaluate(() => {
      const element = document.querySelector('tidings-chat')
      const createChat: (options: object) => Chat = Reflect.get(globalThis, 'createChat')
      if (element === null) return
      const text = 'Once'
      const question = { id: 'u', role: 'user', parts: [{ type: 'text', text: 'Again?' }] }
      const messages = [question, { id: 'a', role: 'assistant', parts: [{ type: 'text', text, state: 'streaming' }] }]
      const chat = createChat({ url: '/chat', messages })
      const snapshot = chat.getSnapshot()
      const listeners = new Set<() => void>()
      let status = 'ready'
      element.chat = {
        ...chat,
        getSnapshot: () => (status === 'ready' ? snapshot : { ...snapshot, status }),
        subscribe: (listener: () => void) => {
          listeners.add(listener)
          return () => {}
        },
      } as Chat
      // In a microtask the view is there, in the next frame the text would be rendered.
      queueMicrotask(() => {
        status = 'streaming'
        for (const listener of listeners) listener()
      })
    })
    await answers.locator('.markdown').getByText('Once').first().waitFor()
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    expect(await answers.locator('.text').innerText()).toBe('Once')
    expect(await element.locator('.markdown').count()).toBe(1)
  })
})
