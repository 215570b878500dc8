// The site, built as `npm run docs` builds it, and read in a real browser. A dead link fails the build.
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { openContext, type ContextOptions } from '../support/chat-element/chat-page.ts'
import { describeWith } from '../support/component/component.ts'
import { violations } from '../support/inspector/axe.ts'
import { serveFolder, type ServedFolder } from '../support/site/serve-folder.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = join(root, 'site/output/site')
const inEnglish = [
  '/',
  '/learn.html',
  '/deploying.html',
  '/errors.html',
  '/reference/',
  '/reference/journal.html',
] as const
const inChinese = ['/zh/', '/zh/streams.html', '/zh/reference/journal.html'] as const

let site: ServedFolder
let said = ''

/** A page of the site, in a browser that asks no other host. */
async function open(path: string, options: ContextOptions = {}): Promise<Page & { context(): BrowserContext }> {
  const context = await openContext(options)
  const foreign: string[] = []
  context.on('request', (request) => {
    if (!request.url().startsWith(`${site.url}/`) && !request.url().startsWith('data:')) foreign.push(request.url())
  })
  onTestFinished(() => expect(foreign).toEqual([]))
  const page = await context.newPage()
  await page.goto(site.url + path, { waitUntil: 'networkidle' })
  return page
}

/** Types into the search, and resolves with the address of each page that it finds, the best first. */
async function search(page: Page, words: string): Promise<readonly string[]> {
  await page.locator('.DocSearch-Button').click()
  await page.locator('#localsearch-input').fill(words)
  const results = page.locator('.results a')
  await results.first().waitFor()
  return results.evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))
}

describeWith('site', 'The site', () => {
  beforeAll(async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['scripts/docs.mjs'], { cwd: root })
    said = stdout + stderr
    site = await serveFolder(folder)
  }, 600_000)
  afterAll(() => site?.close())

  it('has a page for each document and each subpath, and none for a decision', () => {
    const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'))
    expect(pages).toEqual(expect.arrayContaining(['index.html', 'zh/index.html', 'errors.html', 'reference/sse.html']))
    expect(pages.filter((name) => /decisions|README|CONTRIBUTING/.test(name))).toEqual([])
  })

  it('knows the language of each piece of code', () => {
    expect(said).toContain('build complete')
    expect(said).not.toContain('is not loaded')
  })

  describeWith('chromium', 'in a browser', () => {
    it.each([...inEnglish, ...inChinese].flatMap((path) => ['light', 'dark'].map((scheme) => [path, scheme] as const)))(
      '%s has nothing that axe finds, in %s colours',
      async (path, scheme) => {
        const page = await open(path, { colorScheme: scheme === 'dark' ? 'dark' : 'light' })
        expect(await violations(page)).toEqual([])
      },
    )

    it.each([...inEnglish, ...inChinese])('%s is not wider than a small phone', async (path) => {
      const page = await open(path, { viewport: { width: 320, height: 640 } })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
    })

    it('shows what it is, its first example and the way to the documents', async () => {
      const page = await open('/')
      expect(await page.locator('h1').innerText()).toContain('Tidings')
      expect(await page.locator('.vp-doc pre').first().innerText()).toContain('defineRoute({')
      await page.locator('.vp-doc').getByRole('link', { name: 'Guides by task' }).click()
      await page.waitForURL('**/guides.html')
      expect(await page.locator('.VPSidebar').getByRole('link', { name: 'The server', exact: true }).isVisible()).toBe(
        true,
      )
    })

    it.each([
      ['/', 'expectSeq', '/reference/journal.html#expectseq'],
      ['/', 'Last-Event-ID', '/streams.html#resuming'],
      ['/', 'retryMs', '/streams.html#options'],
      ['/zh/', 'expectSeq', '/zh/reference/journal.html#expectseq'],
    ])('on %s, a search for %s finds %s', async (path, words, expected) => {
      expect(await search(await open(path), words)).toContain(expected)
    })

    it.each(['断线', '处理函数', '背压', '重连'])('a search for %s finds a Chinese page that has it', async (words) => {
      const page = await open('/zh/')
      const [first = ''] = await search(page, words)
      expect(first).toMatch(/^\/zh\//)
      await page.locator('.results a').first().click()
      await expect.poll(() => page.locator('main').innerText()).toContain(words)
    })

    it('keeps the page when the language is changed, there and back', async () => {
      const page = await open('/reference/journal.html', { viewport: { width: 1280, height: 800 } })
      await page.locator('.VPNavBarTranslations button').hover()
      await page.locator('.VPNavBarTranslations').getByRole('link', { name: '简体中文' }).click()
      await page.waitForURL('**/zh/reference/journal.html')
      await expect.poll(() => page.evaluate(() => document.documentElement.lang)).toBe('zh-CN')
      expect(await page.locator('.VPNavBarSearch').innerText()).toContain('搜索')
      await page.locator('.VPNavBarTranslations button').hover()
      await page.locator('.VPNavBarTranslations').getByRole('link', { name: 'English' }).click()
      await page.waitForURL(/\d\/reference\/journal\.html/)
    })

    it.each([
      ['/nowhere.html', 'There is no such page', '/'],
      ['/zh/nowhere.html', '找不到这个页面', '/zh/'],
    ])('%s says that there is no such page, and where to go', async (path, words, home) => {
      const page = await open(path, { expected: /status of 404/ })
      expect(await page.locator('.NotFound').innerText()).toContain(words)
      expect(await page.locator('.NotFound a').getAttribute('href')).toBe(home)
    })

    it('colours the configuration of proxies, and leaves links to files of the repository as text', async () => {
      const page = await open('/deploying.html')
      for (const language of ['nginx', 'haproxy', 'caddyfile', 'vcl']) {
        const colours = await page
          .locator(`.language-${language} pre span[style]`)
          .evaluateAll((spans) => spans.map((span) => span.getAttribute('style')))
        expect(new Set(colours).size, language).toBeGreaterThan(2)
      }
      expect(await page.locator('.vp-doc a[href*="examples/"]').count()).toBe(0)
      expect(await page.locator('.vp-doc').innerText()).toContain('Express (example)')
    })
  })
})
