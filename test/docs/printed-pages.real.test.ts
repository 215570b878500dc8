// Pages that the documents print beside their routes: each is served by these, and does in Chromium what is said of it.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { build, transform } from 'esbuild'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { describeWith, pathOf } from '../support/component/component.ts'
import { startProgram } from '../support/component/fixture-process.ts'
import { freePort } from '../support/component/free-port.ts'
import { read, root } from './examples/find.mjs'

// Within the project, so that `tidings` is found.
const folder = join(root, 'test', 'output', 'printed-pages')

/** The first fence of a language in a document. */
function fenceOf(document: string, language: string): string {
  const [, code] = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'm').exec(read(document)) ?? []
  if (code === undefined) throw new Error(`${document} has no ${language}.`)
  return code
}

/** Starts a program that answers `/` with a page, and all else by its `server`. Resolves with its address. */
async function serve(name: string, program: string, page: string): Promise<string> {
  const port = await freePort()
  const { code } = await transform(
    `${program}
import { serve as listen } from 'tidings'
const page = ${JSON.stringify(`<!doctype html><link rel="icon" href="data:," />${page}`)}
const asPage = { headers: { 'content-type': 'text/html; charset=utf-8' } }
const answer = (request) => (new URL(request.url).pathname === '/' ? new Response(page, asPage) : server.fetch(request))
listen({ fetch: answer, port: ${port}, hostname: '127.0.0.1' })`,
    { loader: 'ts', format: 'esm' },
  )
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.mjs`), code)
  const url = `http://127.0.0.1:${port}`
  const options = { cwd: folder, env: { PATH: process.env['PATH'] }, url }
  const started = await startProgram(process.execPath, [join(folder, `${name}.mjs`)], options)
  onTestFinished(() => started.kill())
  return url
}

const shown = (page: Page, selector: string): Promise<string | null> => page.locator(selector).textContent()

describeWith('chromium', 'a page as it is printed', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: pathOf('chromium'), args: ['--no-sandbox'] })
  })
  afterAll(() => browser?.close())

  async function open(url: string, session = ''): Promise<Page> {
    const context = await browser.newContext()
    onTestFinished(() => context.close())
    if (session !== '') await context.addCookies([{ name: 'session', value: session, url }])
    const page = await context.newPage()
    await page.goto(url)
    return page
  }

  test('of presence shows whoever has it open, and nobody who has left', async () => {
    const routes = fenceOf('docs/presence.md', 'ts')
    const bob = `users.set('of bob', { id: 'bob', name: 'Bob' })`
    const url = await serve('presence', `${routes}\n${bob}`, fenceOf('docs/presence.md', 'html'))
    const ada = await open(url, 'secret')
    await expect.poll(() => shown(ada, '#people')).toBe('Ada')
    const other = await open(url, 'of bob')
    for (const page of [ada, other]) await expect.poll(async () => (await shown(page, '#people'))?.length).toBe(6)
    await other.close()
    await expect.poll(() => shown(ada, '#people'), { timeout: 30_000 }).toBe('Ada')
  })

  test('of a long job follows it over a reload, cancels it, and shows the result of another one', async () => {
    const [routes = ''] = fenceOf('docs/guides/progress.md', 'ts').split('// A page starts the job')
    const page = fenceOf('docs/guides/progress.md', 'html').replace('rows: 500', 'rows: 200')
    const [whole = '', script = ''] = /<script type="module">([^]*)<\/script>/.exec(page) ?? []
    const stdin = { contents: script, resolveDir: folder }
    mkdirSync(folder, { recursive: true })
    const { outputFiles } = await build({ stdin, bundle: true, format: 'esm', write: false, logLevel: 'error' })
    const bundled = `<script type="module">${outputFiles.map(({ text }) => text).join('')}</script>`
    const url = await serve(
      'progress',
      routes,
      page.replace(whole, () => bundled),
    )

    const tab = await open(url)
    const done = (): Promise<number> => tab.locator('progress').evaluate((bar: HTMLProgressElement) => bar.value)
    await tab.click('#start')
    await expect.poll(done).toBeGreaterThan(0)
    const before = await done()
    await tab.reload()
    await expect.poll(done).toBeGreaterThan(before)
    await tab.click('#cancel')
    await expect.poll(() => shown(tab, 'output')).toBe('Cancelled.')
    await tab.click('#start')
    await expect.poll(() => shown(tab, 'output'), { timeout: 30_000 }).toBe('200 rows are imported.')
  })
})
