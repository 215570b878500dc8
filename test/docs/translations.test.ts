// The Chinese pages say what the English ones say: the comparison, and controls that it sees each fault.
import { expect, test } from 'vitest'
import { chinesePages, missing, problemsOf, turned } from '../../scripts/check-translations.mjs'
import { changesSince, differences, hashesOf, slugsOf, withLinks } from '../../scripts/translated-page.mjs'

const english = `# Streams

A stream sends events to its reader ([server](server.md)), with \`yield\`.

\`\`\`js
// [not a link](x.md)
\`\`\`

## Slow readers

| option    | meaning             |
| --------- | ------------------- |
| \`delayMs\` | how long it waits   |

![A picture](a.png)
`
const chinese = `# 流

流用 \`yield\` 把事件发给读者（[服务器](server.md)）。

\`\`\`js
// [not a link](x.md)
\`\`\`

## 慢读者

| 选项 | 含义 |
| --- | --- |
| \`delayMs\` | 等待多久 |

![图](a.png)
`

test('every English page has a Chinese one', () => {
  expect(missing()).toEqual([])
})

test.each(chinesePages())('docs/zh/%s agrees with the English page, as that is now', (page) => {
  expect(problemsOf(page)).toEqual([])
})

test('a faithful translation has no differences', () => {
  expect(compare(chinese)).toEqual([])
})

test.each(['AWS Application Load Balancer', 'Express, Koa', 'nginx', '`delayMs` 30', '**等。** 待，**多**久'])(
  '%s need not be Chinese',
  (cell) => {
    expect(compare(chinese.replace('等待多久', cell))).toEqual([])
  },
)

test.each([
  ['a changed code block', '// [not', '// [no', 'code block 1 is another'],
  ['a missing code block', /```js[\s\S]*?```\n/, '', 'has 0 code blocks, the page 1'],
  ['another level of a heading', '## 慢读者', '### 慢读者', 'the headings part ways at "### 慢读者"'],
  ['a missing table row', /\| `delayMs.*\n/, '`delayMs`', 'has 2 table rows, the page 3'],
  ['a missing image', /!\[.*\n/, '', 'has 0 images, the page 1'],
  ['a missing link', '[服务器](server.md)', '服务器', 'lacks the link server.md'],
  ['another link', '(server.md)', '(ai.md)', 'has a link ai.md too many'],
  ['a missing name in code', '用 `yield` ', '', 'lacks the code yield'],
  ['another name in code', '等待多久', '`maxMs`', 'has a code maxMs too many'],
  ['an English sentence', '流用', 'A stream sends events to 流用', 'is not translated: "A stream sends events to 流用'],
  ['an English cell', '等待多久', 'how long it waits', 'is not translated: "how long it waits"'],
  ['an English heading', '## 慢读者', '## Slow readers', 'is not translated: "## Slow readers"'],
  ['bold text that does not end', '等待多久', '**等待。**多久', 'shows ** in place of bold text'],
  ['bold text that does not begin', '等待多久', '等待**（多久）**', 'shows ** in place of bold text'],
  ['a broken line', '把事件发给', '把事件\n发给', 'breaks a line between Chinese characters'],
])('%s is seen', (_name, text, replacement, problem) => {
  expect(compare(chinese.replace(text, replacement)).join('\n')).toContain(problem)
})

test('a link is turned where it is prose, and left where it is code', () => {
  const turnedText = withLinks(chinese, (target: string) => `../${target}`)
  expect(turnedText).toContain('(../server.md)')
  expect(turnedText).toContain('// [not a link](x.md)')
})

test.each([
  ['https://www.example.com/', 'https://www.example.com/'],
  ['../README.md#install', '../../README.md#install'],
  ['../examples/', '../../examples/'],
  ['decisions/0024-inspector.md', '../decisions/0024-inspector.md'],
])('the link %s of an English page is %s in the Chinese one', (target, expected) => {
  expect(turned('server.md', target)).toBe(expected)
})

test('the sections that have changed since the translation are named', () => {
  const changed = english.replace('its reader', 'its readers').replace('## Slow readers', '## Slow readers and others')
  expect(changesSince(hashesOf(english), hashesOf(changed))).toEqual([
    '+ ## Slow readers and others',
    '~ # Streams',
    '- ## Slow readers',
  ])
})

test('another wrapping, a wider table and other code are no other words', () => {
  const wrapped = english.replace('to its', 'to\nits').replace('--- |', '------ |').replace('// [not', '// [no')
  expect(hashesOf(wrapped)).toEqual(hashesOf(english))
})

test('the anchor of a Chinese heading is its text', () => {
  expect(slugsOf('# 流\n\n## 慢读者：`maxLag` 与背压（可选）\n')).toEqual(['流', '慢读者maxlag-与背压可选'])
})

function compare(translation: string): readonly string[] {
  return differences(english, translation, (target: string) => target)
}
