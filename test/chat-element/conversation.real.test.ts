// A conversation by the element, in a real browser.
import { expect, test } from 'vitest'
import { describeWith } from '../support/component/component.ts'
import { openChatPage, openContext } from '../support/chat-element/chat-page.ts'
import { startChat, stepped } from '../support/chat/chat-node.ts'

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
  })
})
