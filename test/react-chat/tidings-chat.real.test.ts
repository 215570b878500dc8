// `<TidingsChat>` in a real browser.
import { expect, test } from 'vitest'
import { describeWith } from '../support/component/component.ts'
import { openChatPage, openContext } from '../support/chat-element/chat-page.ts'
import { reactScripts } from '../support/chat-element/script.ts'
import { startChat, stepped } from '../support/chat/chat-node.ts'

describeWith('chromium', '<TidingsChat>', () => {
  test('is one chat through renders and StrictMode, with properties, events and words', async () => {
    const steps = stepped(['Hello ', 'there.'])
    const { url } = await startChat(steps.handler)
    const scripts = await reactScripts()
    const { page, element, say, answers } = await openChatPage(await openContext(), url, {
      html: '<div id="root"></div>',
      scripts,
    })
    await element.getByRole('button', { name: 'Senden' }).waitFor()
    await element.evaluate((one) => Object.assign(globalThis, { shown: Reflect.get(one, 'chat') }))
    await say('Good morning')
    steps.open(0)
    await answers.filter({ hasText: 'Hello' }).waitFor()
    // Props that are written in place are other objects in each render.
    await page.evaluate(() => (Reflect.get(globalThis, 'render') as (heading: string) => void)('Help'))
    await element.getByRole('heading', { name: 'Help' }).waitFor()
    expect(await element.evaluate((one) => Reflect.get(one, 'chat') === Reflect.get(globalThis, 'shown'))).toBe(true)
    steps.open(1)
    await answers.filter({ hasText: 'Hello there.' }).waitFor()
    await expect
      .poll(() => page.evaluate(() => Reflect.get(globalThis, 'heard')))
      .toEqual(['send Good morning', 'end completed'])
    await say('Not this')
    expect(await element.locator('.message.user').count()).toBe(1)
    await page.evaluate(() => (Reflect.get(globalThis, 'hide') as () => void)())
    await element.waitFor({ state: 'detached' })
  })
})
