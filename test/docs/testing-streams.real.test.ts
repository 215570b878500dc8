// The examples of docs/testing-streams.md that need a test runner of their own: those of vitest and of Playwright.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chromium, type Locator, type Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { describeWith, pathOf } from '../support/component/component.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = `${root}test/output/testing-streams`
const blocks = [...readFileSync(`${root}docs/testing-streams.md`, 'utf8').matchAll(/^```jsx\n(.*?)^```$/gms)].map(
  ([, block = '']) => block,
)

/** Writes the only example that imports `runner`. */
function writeExample(file: string, runner: string, toProgram: (block: string) => string): string {
  const found = blocks.filter((block) => block.includes(`from '${runner}'`))
  expect(found).toHaveLength(1)
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/${file}`, toProgram(found[0] ?? ''))
  return `${folder}/${file}`
}

test('every such example is run here', () => {
  expect(blocks).toHaveLength(2)
})

test('the example of vitest passes in vitest', async () => {
  writeExample('silent.test.mjs', 'vitest', (block) => block)
  writeFileSync(`${folder}/vitest.config.mjs`, 'export default {}\n')
  const runner = `${root}node_modules/vitest/vitest.mjs`
  const options = { cwd: folder, env: { PATH: process.env['PATH'], NO_COLOR: '1' } }
  const { stdout } = await promisify(execFile)(process.execPath, [runner, 'run', '--root', folder], options)
  expect(stdout).toMatch(/Tests\s+1 passed/)
})

/** The page that the example of Playwright opens: it shows what its feed says. */
const html = `<!doctype html><title>A page</title><p id="said"></p><script>
new EventSource('/feed').onmessage = ({ data }) => { document.getElementById('said').textContent += data }
</script>`

async function startSite(): Promise<string> {
  const site = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(html)
  }).listen(0, '127.0.0.1')
  await once(site, 'listening')
  onTestFinished(() => site.close().closeAllConnections())
  const address = site.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

/** What the example takes of Playwright's `expect`. */
function seen(locator: Locator): object {
  return { toHaveText: (text: string) => expect.poll(() => locator.textContent()).toBe(text) }
}

type Body = (fixtures: { readonly page: Page }) => Promise<void>

describeWith('chromium', 'the example of Playwright', () => {
  test('passes in a page of Playwright', async () => {
    const browser = await chromium.launch({ executablePath: pathOf('chromium'), args: ['--no-sandbox'] })
    onTestFinished(() => browser.close())
    const context = await browser.newContext({ baseURL: await startSite() })
    // The runner of Playwright is not installed: what the example takes of it is given by this test.
    const file = writeExample('page.mjs', '@playwright/test', (block) => {
      const [, ...lines] = block.split('\n')
      return `const { expect, test } = globalThis.playwright\n${lines.join('\n')}`
    })
    const bodies: Body[] = []
    Object.assign(globalThis, { playwright: { expect: seen, test: (_: string, body: Body) => bodies.push(body) } })
    onTestFinished(() => void Reflect.deleteProperty(globalThis, 'playwright'))
    await import(file)
    for (const body of bodies) await body({ page: await context.newPage() })
    expect(bodies).toHaveLength(1)
  })
})
