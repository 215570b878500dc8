// What is loaded to show Markdown, and what is said where it is not there.
import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => {
  vi.restoreAllMocks()
  vi.resetModules()
  for (const name of ['marked', 'remend', 'dompurify']) vi.doUnmock(name)
})

async function loadWithout(...missing: readonly string[]) {
  for (const name of missing) {
    vi.doMock(name, () => {
      throw new Error(`Cannot find package '${name}'`)
    })
  }
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const { loadMarkdown } = await import('../../../src/chat-element/markdown/libraries.ts')
  const [libraries, again] = await Promise.all([loadMarkdown(), loadMarkdown()])
  expect(again).toBe(libraries)
  const names = Object.entries(libraries).flatMap(([name, library]) => (library === undefined ? [] : [name]))
  return { names, warnings: warn.mock.calls.map(([text]: readonly unknown[]) => text) }
}

test('all three are loaded, once, and nothing is said', async () => {
  expect(await loadWithout()).toEqual({ names: ['marked', 'remend', 'dompurify'], warnings: [] })
})

test.each([
  [
    ['marked'],
    'Answers are shown as plain text, because marked cannot be loaded. To show Markdown: npm install marked',
  ],
  [
    ['dompurify'],
    'Answers are shown as plain text, because dompurify cannot be loaded. To show Markdown: npm install dompurify',
  ],
  [
    ['remend'],
    'Unfinished Markdown is shown raw, because remend cannot be loaded. To show Markdown: npm install remend',
  ],
  [
    ['marked', 'remend', 'dompurify'],
    'Answers are shown as plain text, because marked and remend and dompurify cannot be loaded. To show Markdown: npm install marked remend dompurify',
  ],
])('without %j one warning says what is shown, and what to install', async (missing, warning) => {
  const { names, warnings } = await loadWithout(...missing)
  expect(names).toEqual(['marked', 'remend', 'dompurify'].filter((name) => !missing.includes(name)))
  expect(warnings).toEqual([`Tidings: ${warning}`])
})
