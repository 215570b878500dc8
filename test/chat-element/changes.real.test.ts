// The element where a page does not leave it alone: twins, reloads of its script, the back button, and changes in the middle of an answer.
import { expect, test } from 'vitest'
import { describeWith } from '../support/component/component.ts'
import { openChatPage, openContext } from '../support/chat-element/chat-page.ts'
import { pageScripts } from '../support/chat-element/script.ts'
import { startChat, stepped } from '../support/chat/chat-node.ts'

describeWith('chromium', '<tidings-chat> that is changed by its page', () => {
  test('two elements of one chat show the same answer, each once, and either can stop it', async () => {
    const steps = stepped(['One', ' two', ' three'])
    const { url, ended } = await startChat(steps.handler)
    const html =
      '<tidings-chat url="/chat" chat-id="c"></tidings-chat><tidings-chat url="/chat" chat-id="c"></tidings-chat>'
    const { page, say, answers } = await openChatPage(await openContext(), url, { html })
    await say('Count')
    steps.open(0)
    await answers.filter({ hasText: 'One' }).waitFor()
    // The other one is put in again, as a page would that is opened meanwhile.
    const other = page.locator('tidings-chat').nth(1)
    await other.evaluate((one) => one.replaceWith(one.cloneNode()))
    await other.locator('.message.assistant', { hasText: 'One' }).waitFor()
    steps.open(1)
    for (const element of [page.locator('tidings-chat').first(), other]) {
      await element.locator('.message.assistant', { hasText: 'One two' }).waitFor()
      expect(await element.locator('.message.assistant').count()).toBe(1)
    }
    await other.getByRole('button', { name: 'Stop' }).click()
    await expect.poll(() => ended.map(({ outcome }) => outcome)).toEqual(['stopped'])
    await page.locator('tidings-chat').first().locator('.verdict', { hasText: 'stopped' }).waitFor()
  })

  test('its script may run again, as a new version of it does in a page that is being made', async () => {
    const steps = stepped(['One', ' two'])
    const { url } = await startChat(steps.handler)
    const scripts = new Map(await pageScripts())
    scripts.set('again.js', scripts.get('page.js') ?? '')
    const { page, say, answers } = await openChatPage(await openContext(), url, { scripts })
    await say('Count')
    steps.open(0)
    await answers.filter({ hasText: 'One' }).waitFor()
    await page.evaluate(async () => {
      const script = document.createElement('script')
      script.type = 'module'
      script.src = 'again.js'
      document.head.append(script)
      await new Promise((resolve) => script.addEventListener('load', resolve))
    })
    steps.open(1)
    await answers.filter({ hasText: 'One two' }).waitFor()
    expect(await answers.count()).toBe(1)
  })

  test.each(['url', 'chat-id', 'keep'])(
    'another %s in the middle of an answer begins another conversation, and stops nothing',
    async (name) => {
      const steps = stepped(['One', ' two'])
      const { url, ended } = await startChat(steps.handler)
      const html = '<tidings-chat url="/chat" chat-id="c"></tidings-chat>'
      const { page, element, say, answers } = await openChatPage(await openContext(), url, { html })
      await say('Count')
      steps.open(0)
      await answers.filter({ hasText: 'One' }).waitFor()
      const value = { url: '/chat?other', 'chat-id': 'd', keep: 'session' }[name] ?? ''
      await element.evaluate((one, [name, value]) => one.setAttribute(name, value), [name, value] as const)
      steps.open(1)
      await expect.poll(() => ended.map(({ outcome }) => outcome)).toEqual(['completed'])
      await expect.poll(() => element.getAttribute('data-status')).toBe('ready')
      expect(await element.locator('.composer').count()).toBe(1)
      expect(await page.evaluate(() => document.querySelector('tidings-chat')?.shadowRoot?.childElementCount)).toBe(1)
    },
  )

  test('other looks in the middle of an answer leave it as it is', async () => {
    const steps = stepped(['One', ' two', ' three', ' four'])
    const { url } = await startChat(steps.handler)
    const { element, say, answers } = await openChatPage(await openContext(), url)
    await say('Count')
    steps.open(0)
    await answers.filter({ hasText: 'One' }).waitFor()
    const changes = [{ attach: '' }, { labels: { assistant: 'Bot' } }, { maxFileBytes: 5 }, { attach: undefined }]
    for (const change of changes) await element.evaluate((one, change) => void Object.assign(one, change), change)
    await element.evaluate((one) => one.setAttribute('theme', 'dark'))
    for (const step of [1, 2, 3]) steps.open(step)
    await answers.filter({ hasText: 'One two three four' }).waitFor()
    expect(await answers.count()).toBe(1)
    expect(await answers.getAttribute('aria-label')).toBe('Bot')
  })

  test('taken out and put in again at once, in pieces, and many times, it is one chat', async () => {
    const steps = stepped(['One', ' two'])
    const { url } = await startChat(steps.handler)
    const { page, element, say, answers } = await openChatPage(await openContext(), url)
    await say('Count')
    steps.open(0)
    await answers.filter({ hasText: 'One' }).waitFor()
    await page.evaluate(() => {
      const one = document.querySelector('tidings-chat')
      for (let round = 0; round < 50; round += 1) {
        one?.remove()
        const box = document.createElement('div')
        document.body.replaceChildren(box)
        if (one !== null) box.append(one)
      }
    })
    steps.open(1)
    await answers.filter({ hasText: 'One two' }).waitFor()
    expect(await element.locator('.composer').count()).toBe(1)
    expect(await answers.count()).toBe(1)
  })

  test('a page that one goes back to has its conversation, and goes on with its answer', async () => {
    const steps = stepped(['One', ' two'])
    const { url } = await startChat(steps.handler)
    const html = '<tidings-chat url="/chat" keep="local"></tidings-chat>'
    const { page, element, say, answers } = await openChatPage(await openContext({ expected: /Failed to load/ }), url, {
      html,
    })
    await say('Count')
    steps.open(0)
    await answers.filter({ hasText: 'One' }).waitFor()
    await page.goto('about:blank')
    steps.open(1)
    await page.goBack()
    await answers.filter({ hasText: 'One two' }).waitFor()
    expect(await answers.count()).toBe(1)
    expect(await element.locator('.message.user').count()).toBe(1)
  })
})
