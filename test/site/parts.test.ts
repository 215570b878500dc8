// The parts of the site that need no site: which pages it has, where links lead, what the search takes for words.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findDeadLinks } from '../../site/dead-links.mjs'
import { toAnchor } from '../../site/markdown.mjs'
import { findMislisted, pagesOf, sidebarOf } from '../../site/pages.mjs'
import { pathOutside, shownAt, toAddress } from '../../site/repository.mjs'
import { toQuery, toTerms } from '../../site/search.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))

describe('The list of pages', () => {
  test('has every page of docs/, and no other', () => {
    expect(findMislisted()).toEqual([])
  })

  test('a page that it lacks, and one that is not there, are named', () => {
    const others = pagesOf('en').filter((page) => page !== 'server')
    expect(findMislisted([...others, 'stray', 'guides/deep/stray'])).toEqual([
      'docs/stray.md is not in site/pages.mjs.',
      'docs/guides/deep/stray.md is not in site/pages.mjs.',
      'site/pages.mjs lists docs/server.md, which does not exist.',
      'docs/zh/server.md has no English page.',
    ])
  })

  test('the sidebar calls a page by its first heading', () => {
    const items = sidebarOf('en').flatMap(({ items }) => items)
    expect(items).toContainEqual({ text: 'The server', link: '/server' })
    expect(items).toContainEqual({ text: 'tidings/journal/redis', link: '/reference/journal/redis' })
  })

  test('the Chinese sidebar has the pages that are translated alone, and all of the reference', () => {
    const links = sidebarOf('zh').flatMap(({ items }) => items.map(({ link }) => link))
    const translated = pagesOf('zh').filter((page) => page !== 'index')
    const pages = links.filter((link) => !link.startsWith('/zh/reference/'))
    expect(pages.toSorted()).toEqual(translated.map((page) => `/zh/${page}`))
    expect(links).toContain('/zh/reference/journal/redis')
  })
})

describe('A link of a document', () => {
  test.each([
    ['docs/server.md', '../examples/11-express.mjs', 'examples/11-express.mjs'],
    ['docs/guides/deep.md', '../../README.md#install', 'README.md#install'],
    ['docs/zh/server.md', '../decisions/0022-openapi.md', 'docs/decisions/0022-openapi.md'],
  ])('%s to %s leads out of the site', (file, href, path) => {
    expect(pathOutside(href, join(root, file))).toBe(path)
  })

  test.each([
    ['docs/zh/server.md', '../streams.md#options'],
    ['docs/protocol.md', 'protocol/cases.json'],
    ['docs/server.md', '#guards'],
    ['docs/server.md', 'https://example.com/x.md'],
    ['site/output/pages/reference/ai.md', 'ai/stores.md#open'],
  ])('%s to %s does not', (file, href) => {
    expect(pathOutside(href, join(root, file))).toBeUndefined()
  })

  test('leads to the repository, folders to their lists of files', () => {
    const address = toAddress('git+https://example.com/name/tidings.git')
    expect(shownAt('README.md#install', address)).toBe('https://example.com/name/tidings/blob/HEAD/README.md#install')
    expect(shownAt('examples', address)).toBe('https://example.com/name/tidings/tree/HEAD/examples')
    expect(toAddress('')).toBeUndefined()
  })
})

test.each([
  ["The reader's end: `maxLag`, and more", 'the-readers-end-maxlag-and-more'],
  ['慢读者：`maxLag` 与背压（可选）', '慢读者maxlag-与背压可选'],
])('the anchor of %s is the one that GitHub gives', (heading, anchor) => {
  expect(toAnchor(heading.replaceAll('`', ''))).toBe(anchor)
})

describe('The search', () => {
  test.each([
    ['Append only if `expectSeq` fits.', 'expectSeq'],
    ['Append only if `expectSeq` fits.', 'seq'],
    ['It sends Last-Event-ID.', 'Last-Event-ID'],
    ['It sends Last-Event-ID.', 'event-id'],
    ['read ctx.lastEventId first', 'lastEventId'],
    ['`retryMs` is a time', 'retryMs'],
    ['ERR_JOURNAL_FULL', 'ERR_JOURNAL_FULL'],
    ['tidings/journal/redis', 'redis'],
    ['自动重连后继续', '重连'],
    ['处理函数与背压', '背压'],
    ['调用`yield`时', 'yield'],
    ['背压', '压'],
  ])('finds in "%s" the word %s', (text, word) => {
    const terms = toTerms(text).map((term: string) => term.toLowerCase())
    for (const term of toQuery(word)) expect(terms).toContain(term.toLowerCase())
  })

  test('looks for a name as a whole, and for Chinese by each pair of characters', () => {
    expect(toQuery('expectSeq Last-Event-ID')).toEqual(['expectSeq', 'Last-Event-ID'])
    expect(toQuery('断线重连')).toEqual(['断线', '线重', '重连'])
    expect(toTerms('背压')).not.toContain('断线')
  })

  test('its functions stand alone, as they are sent to the page', () => {
    for (const own of [toTerms, toQuery]) {
      // oxlint-disable-next-line typescript/no-implied-eval -- as VitePress does with what is sent
      const sent: unknown = new Function(`return ${own.toString()}`)()
      expect(typeof sent === 'function' && sent('a 背压')).toEqual(own('a 背压'))
    }
  })
})

describe('A dead link', () => {
  test.each([
    ['to a page', 'missing.html'],
    ['to an anchor', 'b.html#missing'],
    ['to an anchor of its own page', '#missing'],
    ['to a file beside the site', '/elsewhere.txt'],
  ])('%s is found', (_, link) => {
    expect(deadLinksOf(`<a class="x" href="${link}">`)).toEqual([`a.html: ${link} leads nowhere.`])
  })

  test.each(['b.html', './b.html#%E8%83%8C%E5%8E%8B', '/site/folder/', 'cases.json', 'https://example.com/', '#own'])(
    '%s is none',
    (link) => {
      expect(deadLinksOf(`<a href="${link}" id="own">`)).toEqual([])
    },
  )
})

function deadLinksOf(html: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-site-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const files = { 'a.html': html, 'b.html': '<h2 id="背压">', 'folder/index.html': '', 'cases.json': '[]' }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return findDeadLinks(folder, '/site/')
}
