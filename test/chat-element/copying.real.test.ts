// Copying by buttons and by selections, in a page that is secure and in one that is not.
import type { BrowserContext, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeWith } from '../support/component/component.ts'
import { openChatPage, openContext, type ChatPage } from '../support/chat-element/chat-page.ts'
import { startChat, stepped } from '../support/chat/chat-node.ts'

const code = 'const one = 1\nconst two = 2'
/** Long enough for several boxes. */
const paragraph = 'One sentence of many, which says little. '.repeat(400).trim()
const lines = Array.from({ length: 1000 }, (_, index) => `line ${index}`).join('\n')

/** Opens a page with some answers. */
async function openAnswered(answers: readonly string[], isPlain = false) {
  const { url } = await startChat(stepped([]).handler)
  const context = await openContext({ permissions: ['clipboard-read', 'clipboard-write'] })
  const place = isPlain ? url.replace('127.0.0.1', 'plain.test') : url
  const opened = await openChatPage(context, place)
  const messages = answers.map((text, index) => ({
    id: `a${index}`,
    role: 'assistant',
    parts: [{ type: 'text', text }],
  }))
  await opened.element.evaluate((one, messages) => void Reflect.set(one, 'options', { messages }), messages)
  for (const [index] of answers.entries()) await opened.answers.nth(index).locator('.markdown').waitFor()
  return { ...opened, read: () => readClipboard(context, url) }
}

/** What is in the clipboard, which only a secure page can read. */
async function readClipboard(context: BrowserContext, url: string): Promise<string> {
  const page = await context.newPage()
  await page.route(`${url}/reader`, (route) =>
    route.fulfill({ body: '<title>x</title><link rel="icon" href="data:,">', contentType: 'text/html' }),
  )
  await page.goto(`${url}/reader`)
  await page.bringToFront()
  const text = await page.evaluate(() => navigator.clipboard.readText())
  await page.close()
  return text
}

async function copySelected(page: Page, element: ChatPage['element'], selector: string): Promise<void> {
  await element
    .locator(selector)
    .first()
    .evaluate((one) => getSelection()?.selectAllChildren(one))
  await page.keyboard.press('ControlOrMeta+c')
}

describeWith('chromium', 'copying', () => {
  test.each([
    ['secure', false],
    ['not secure', true],
  ])('a message and a block of code are copied by their buttons in a page that is %s', async (_, isPlain) => {
    const text = `Some code:\n\n\`\`\`js\n${code}\n\`\`\``
    const { page, answers, element, read } = await openAnswered([text], isPlain)
    expect(await page.evaluate(() => [isSecureContext, 'clipboard' in navigator])).toEqual([!isPlain, !isPlain])
    await answers.locator('.actions').getByRole('button', { name: 'Copy' }).click()
    await answers.locator('.actions').getByRole('button', { name: 'Copied' }).waitFor()
    expect(await element.getByRole('status').textContent()).toBe('Copied')
    expect(await read()).toBe(text)
    await page.bringToFront()
    await answers.locator('.code').getByRole('button').focus()
    await page.keyboard.press('Enter')
    await answers.locator('.code').getByRole('button', { name: 'Copied' }).waitFor()
    expect(await read()).toBe(code)
    // The focus is where it was, and nothing is left behind.
    expect(await element.evaluate((one) => one.shadowRoot?.activeElement?.className)).toBe('copy')
    expect(await answers.locator('textarea').count()).toBe(0)
  })

  test('where nothing can copy, the buttons say so, and the code is selected', async () => {
    const { page, answers, element } = await openAnswered([`\`\`\`js\n${code}\n\`\`\``], true)
    await page.evaluate(() => Object.defineProperty(document, 'execCommand', { value: () => false }))
    await answers.locator('.actions').getByRole('button', { name: 'Copy' }).click()
    await answers.locator('.actions').getByRole('button', { name: 'Not copied' }).waitFor()
    expect(await element.getByRole('status').textContent()).toBe('Not copied')
    await answers.locator('.code').getByRole('button', { name: 'Copy' }).click()
    await answers.locator('.code').getByRole('button', { name: 'Not copied' }).waitFor()
    expect(await page.evaluate(() => getSelection()?.toString().trim())).toBe(code)
    await answers.locator('.code').getByRole('button', { name: 'Copy', exact: true }).waitFor()
  })

  test('a long paragraph is copied without line breaks where its boxes end, and code with its own alone', async () => {
    const { page, answers, element, read } = await openAnswered([paragraph, `\`\`\`\n${lines}\n\`\`\``])
    expect(await answers.nth(0).locator('p .box').count()).toBeGreaterThan(1)
    expect(await answers.nth(1).locator('pre .box').count()).toBeGreaterThan(0)
    await copySelected(page, element, '.markdown p')
    expect(await read()).toBe(paragraph)
    await page.bringToFront()
    await copySelected(page, element, '.markdown pre code')
    expect((await read()).trim()).toBe(lines)
    await page.bringToFront()
    // What is selected outside of the element, with it, is copied in the same way.
    await page.evaluate(() => {
      getSelection()?.selectAllChildren(document.body)
    })
    await page.keyboard.press('ControlOrMeta+c')
    await expect.poll(() => element.locator('.copying').count()).toBe(0)
    await element.evaluate((one) => one.remove())
  })
})
