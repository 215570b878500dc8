// Files that a person attaches, in a real browser.
import { Buffer } from 'node:buffer'
import axe from 'axe-core'
import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeWith } from '../support/component/component.ts'
import { openChatPage, openContext, type ChatPage } from '../support/chat-element/chat-page.ts'
import { startChat } from '../support/chat/chat-node.ts'

/** A server that takes files of 1000 bytes of Base64, and says what it was sent. */
async function open(attributes = 'attach max-file-bytes="1000"', expected?: RegExp) {
  const { url } = await startChat(
    async function* ({ messages }) {
      const parts = messages.at(-1)?.parts ?? []
      const said = parts.map((part) => {
        if (part.type === 'file') return `${part.filename} ${part.mediaType} ${part.url.length}`
        return part.type === 'text' ? part.text : ''
      })
      yield said.join('; ')
    },
    { limits: { maxFileBytes: 1000 } },
  )
  return openChatPage(await openContext({ ...(expected && { expected }) }), url, {
    html: `<tidings-chat url="/chat" ${attributes}></tidings-chat>`,
  })
}

function file(name: string, size = 3, mimeType = 'text/plain') {
  return { name, mimeType, buffer: Buffer.alloc(size, 'a') }
}

/** Chooses files by the button, with the keyboard. */
async function choose({ page, element }: ChatPage, ...files: ReturnType<typeof file>[]): Promise<void> {
  await element.getByRole('button', { name: 'Attach files' }).focus()
  const choosing = page.waitForEvent('filechooser')
  // By then the browser has been told that it is not to open a dialog.
  await page.evaluate(() => {})
  await page.keyboard.press('Enter')
  await (await choosing).setFiles(files)
}

/** Has the browser tell the element of files by `type`, `paste` or `drop`, as it does for a person. */
function hand({ element }: ChatPage, type: 'paste' | 'drop', names: readonly string[], text = ''): Promise<boolean> {
  return element.locator('.composer textarea').evaluate(
    (field, { type, names, text }) => {
      const data = new DataTransfer()
      for (const name of names) data.items.add(new File(['abc'], name, { type: 'text/plain' }))
      if (text !== '') data.setData('text/plain', text)
      const given = { bubbles: true, composed: true, cancelable: true }
      if (type === 'paste') return !field.dispatchEvent(new ClipboardEvent('paste', { ...given, clipboardData: data }))
      field.dispatchEvent(new DragEvent('dragover', { ...given, dataTransfer: data }))
      return !field.dispatchEvent(new DragEvent('drop', { ...given, dataTransfer: data }))
    },
    { type, names, text },
  )
}

const chip = ({ element }: ChatPage, name: string): Locator => element.locator('.attached').getByText(name)
const names = ({ element }: ChatPage): Promise<string[]> => element.locator('.attached .file-name').allTextContents()

describeWith('chromium', 'attached files', () => {
  test('are chosen by keyboard, shown, removed, and sent with the message or without a text', async () => {
    const opened = await open()
    const { page, element, field, answers } = opened
    await choose(opened, file('one.txt'), file('two.txt'), file('three.txt'))
    await chip(opened, 'three.txt').waitFor()
    expect(await names(opened)).toEqual(['one.txt', 'two.txt', 'three.txt'])
    expect(await element.getByRole('status').textContent()).toBe('Attached files: one.txt, two.txt, three.txt')
    await element.getByRole('button', { name: 'Remove two.txt' }).focus()
    await page.keyboard.press('Enter')
    expect(await names(opened)).toEqual(['one.txt', 'three.txt'])
    expect(await element.evaluate((one) => one.shadowRoot?.activeElement?.getAttribute('aria-label'))).toBe(
      'Remove three.txt',
    )
    await field.fill('Both')
    await field.press('Enter')
    await answers.filter({ hasText: 'one.txt text/plain 27; three.txt text/plain 27; Both' }).waitFor()
    expect(await names(opened)).toEqual([])
    expect(await element.locator('.message.user .file').count()).toBe(2)

    await choose(opened, file('alone.txt'))
    await chip(opened, 'alone.txt').waitFor()
    await element.getByRole('button', { name: 'Send' }).click()
    await answers.filter({ hasText: 'alone.txt text/plain 27' }).waitFor()
    await choose(opened, file('last.txt'))
    await element.getByRole('button', { name: 'Remove last.txt' }).click()
    expect(await element.evaluate((one) => one.shadowRoot?.activeElement?.getAttribute('part'))).toBe('input')
    expect(await element.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true)
  })

  test('are taken up to the size that the server takes, to the byte; what is larger is refused before it is sent', async () => {
    const opened = await open()
    const { element, answers } = opened
    // 23 characters come before the Base64 of a file of text, so that 976 are left, of 732 bytes.
    await choose(opened, file('fits.txt', 732), file('large.txt', 733))
    await element.locator('.refusal').waitFor()
    expect(await element.locator('.refusal').textContent()).toBe(
      'large.txt is too large: it has 733 bytes, and a file can have 732 bytes.',
    )
    expect(await element.getByRole('status').textContent()).toContain('large.txt is too large')
    expect(await names(opened)).toEqual(['fits.txt'])
    await element.getByRole('button', { name: 'Send' }).click()
    await answers.filter({ hasText: 'fits.txt text/plain 999' }).waitFor()
    expect(await element.locator('.refusal').isVisible()).toBe(false)
  })

  test('are pasted and dropped; a text that is pasted with them is a text', async () => {
    const opened = await open()
    const { element } = opened
    expect(await hand(opened, 'paste', ['pasted.txt'])).toBe(true)
    await chip(opened, 'pasted.txt').waitFor()
    expect(await hand(opened, 'paste', ['picture.png'], 'a text')).toBe(false)
    expect(await hand(opened, 'drop', ['dropped.txt', 'another.txt'])).toBe(true)
    await chip(opened, 'another.txt').waitFor()
    expect(await names(opened)).toEqual(['pasted.txt', 'dropped.txt', 'another.txt'])
    expect(await element.locator('[data-dropping]').count()).toBe(0)
  })

  test('of another kind, too many of them, and what cannot be read are refused, each with its reason', async () => {
    const opened = await open('attach="image/*,.TXT"')
    const { element, page } = opened
    await choose(opened, file('a.png', 3, 'image/png'), file('b.txt'), file('c.pdf', 3, 'application/pdf'))
    await element.locator('.refusal', { hasText: 'c.pdf is not a kind of file that can be sent here.' }).waitFor()
    expect(await names(opened)).toEqual(['a.png', 'b.txt'])
    await hand(
      opened,
      'drop',
      Array.from({ length: 20 }, (_, index) => `${index}.txt`),
    )
    await element.locator('.refusal', { hasText: 'A message can have 20 files.' }).waitFor()
    expect((await names(opened)).length).toBe(20)
    await element.getByRole('button', { name: 'Remove a.png' }).click()
    await page.evaluate(() => {
      Blob.prototype.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotFoundError'))
    })
    await hand(opened, 'drop', ['gone.txt'])
    await element.locator('.refusal', { hasText: 'gone.txt could not be read.' }).waitFor()
    expect((await names(opened)).length).toBe(19)
  })

  test('that are gone when they are sent are told of, and what was written is there again', async () => {
    const opened = await open('attach', /NotFoundError|gone/)
    const { element, field, page } = opened
    await choose(opened, file('gone.txt'))
    await chip(opened, 'gone.txt').waitFor()
    await page.evaluate(() => {
      Blob.prototype.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotFoundError'))
    })
    await field.fill('With a file')
    await field.press('Enter')
    await expect.poll(() => field.inputValue()).toBe('With a file')
    expect(await names(opened)).toEqual(['gone.txt'])
    expect(await element.locator('.message').count()).toBe(0)
  })

  test('stay where the looks of the element change, and are told with chat-send', async () => {
    const opened = await open()
    const { element, field } = opened
    await choose(opened, file('one.txt'))
    await chip(opened, 'one.txt').waitFor()
    await field.evaluate((one) => one.setAttribute('data-before', ''))
    await element.evaluate((one) => {
      Reflect.set(one, 'labels', { attach: 'Dateien', removeFile: (name: string) => `${name} entfernen` })
      one.addEventListener('chat-send', (event) => {
        const { detail } = event as CustomEvent<{ files: readonly File[] }>
        Object.assign(globalThis, { told: detail.files.map(({ name }) => name) })
      })
    })
    await element.getByRole('button', { name: 'Dateien' }).waitFor()
    await element.getByRole('button', { name: 'one.txt entfernen' }).waitFor()
    await element.getByRole('button', { name: 'Send' }).click()
    expect(await element.evaluate(() => Reflect.get(globalThis, 'told'))).toEqual(['one.txt'])
  })

  test('cannot be attached where nobody asked for it', async () => {
    const opened = await open('')
    expect(await opened.element.getByRole('button', { name: 'Attach files' }).count()).toBe(0)
    expect(await hand(opened, 'paste', ['a.txt'])).toBe(false)
    expect(await hand(opened, 'drop', ['a.txt'])).toBe(false)
    await opened.element.evaluate((one) => Reflect.set(one, 'attach', 'image/*'))
    await opened.element.getByRole('button', { name: 'Attach files' }).waitFor()
    expect(await opened.element.evaluate((one) => one.getAttribute('attach'))).toBe('image/*')
  })

  test('a largest size that is none is an error', async () => {
    const { element } = await open('')
    for (const [value, isFine] of [
      ['1', true],
      ['0', false],
      ['-1', false],
      ['1.5', false],
      ['many', false],
    ] as const) {
      const read = element.evaluate((one, value) => {
        one.setAttribute('max-file-bytes', value)
        return Reflect.get(one, 'maxFileBytes') as number
      }, value)
      if (isFine) expect(await read).toBe(1)
      else await expect(read).rejects.toThrow('max-file-bytes must be a whole number above 0')
    }
  })

  test('axe finds nothing', async () => {
    const opened = await open()
    await choose(opened, file('one.txt'), file('large.txt', 733))
    await opened.element.locator('.refusal').waitFor()
    await opened.page.evaluate(axe.source)
    const found = await opened.page.evaluate(async () => {
      const axe = Reflect.get(globalThis, 'axe') as {
        run(target: Element): Promise<{ violations: { id: string }[] }>
      }
      return (await axe.run(document.querySelector('tidings-chat') ?? document.body)).violations.map(({ id }) => id)
    })
    expect(found).toEqual([])
  })
})
