// Runs in the page of the benchmark of Markdown: passes tokens to a view, and measures frames.
import dompurify from 'dompurify'
import * as marked from 'marked'
import remend from 'remend'
import { MarkdownView, markdownStyle } from '../../dist/chat-element/markdown/markdown-view.js'

const words =
  'The quick *brown* fox jumps over `the` lazy dog, and [a link](https://example.com/x) **shows** up. '.split(/(?<= )/)
const section = [
  '## A heading of some words\n\n',
  ...words,
  ...words,
  '\n\n- an item of *a* list\n- another `item`\n  - below it\n\n1. one\n2. two\n\n> a quotation of **some** words\n\n',
  '```ts\nconst answer = 42\nfor (const part of parts) show(part)\n```\n\n| a | b |\n|---|---|\n| 1 | `2` |\n| 3 | *4* |\n\n',
]

/** What each answer repeats; a token is about four characters. */
const patterns = {
  'empty page': section.join(''),
  mixed: section.join(''),
  'one paragraph': words.join(''),
  'one list': `- ${words.join('')}\n`,
  'one block of code': 'const answer = 42 // and some words of a comment\n',
  'one table': '| The quick *brown* fox | `jumps` over | the lazy dog |\n',
}
const heads = { 'one block of code': '```ts\n', 'one table': '| a | b | c |\n|---|---|---|\n' }

/** Shows an answer, and returns the times of frames in ms. */
globalThis.measure = async ({ name, tokens, perSecond }) => {
  const answer = (heads[name] ?? '') + patterns[name].repeat(Math.ceil((tokens * 4) / patterns[name].length))
  const long = watchLongTasks()
  const times = watchFrames()
  const view = name === 'empty page' ? undefined : createView()
  const start = performance.now()
  let length = 0
  while (length < tokens * 4) {
    await new Promise((resolve) => setTimeout(resolve, 5))
    length = Math.min(tokens * 4, Math.floor(((performance.now() - start) / 1000) * perSecond) * 4)
    view?.update(answer.slice(0, length), length === tokens * 4)
  }
  await new Promise((resolve) => setTimeout(resolve, 500))
  return { ...times, long }
}

function createView() {
  const style = document.createElement('style')
  style.textContent = markdownStyle
  const container = document.createElement('div')
  container.className = 'markdown'
  document.body.append(style, container)
  return new MarkdownView(container, { libraries: { marked, remend, dompurify }, pace: true })
}

function watchLongTasks() {
  const long = []
  new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => duration))).observe({
    type: 'longtask',
  })
  return long
}

/** The time of the view in each frame, and that of all work: from the first callback to the first task behind it. */
function watchFrames() {
  const times = { view: [], frames: [] }
  const { port1, port2 } = new MessageChannel()
  const request = globalThis.requestAnimationFrame.bind(globalThis)
  let start
  globalThis.requestAnimationFrame = (callback) =>
    request((time) => {
      const before = performance.now()
      start ??= before
      callback(time)
      times.view.push(performance.now() - before)
    })
  port2.start()
  port2.addEventListener('message', () => {
    times.frames.push(performance.now() - start)
    start = undefined
  })
  const follow = () => {
    start ??= performance.now()
    port1.postMessage(0)
    request(follow)
  }
  request(follow)
  return times
}
