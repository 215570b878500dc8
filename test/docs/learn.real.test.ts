// docs/learn.md, followed as its reader follows it: the package installed from its tarball, the files as they are printed, in one
// folder; what `curl` prints is what is printed there, and the pages do in Chromium what is said of them.
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { describeWith, pathOf } from '../support/component/component.ts'
import { freePort } from '../support/component/free-port.ts'
import { installPacked, packPackage } from '../support/component/packed-package.ts'

const text = readFileSync(fileURLToPath(new URL('../../docs/learn.md', import.meta.url)), 'utf8')
const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_NO_WARNINGS: '1' }

/** Each fence that a paragraph introduces with a file's name. */
const files = [...text.matchAll(/`([\w.-]+)`[^`\n]*(?:\n[^`\n]+)?\n\n```(mjs|js|html)\n([^]*?)\n```$/gm)].map(
  ([, name = '', , content = '']) => ({ name, content: `${content}\n` }),
)

/** What is typed into a terminal, and what it prints. */
interface Command {
  readonly line: string
  readonly output: string
}

/** The commands of each step that print something, by its number. */
const steps = text.split(/^## /m).map((step): readonly Command[] =>
  [...step.matchAll(/^```\n(\$ [^]*?)^```$/gm)].flatMap(([, session = '']) =>
    session.split(/^\$ /m).flatMap((command) => {
      const [line = '', ...output] = command.split('\n')
      return line === '' ? [] : [{ line, output: output.join('\n').trim() }]
    }),
  ),
)

/** An id of an event, as every journal writes it. */
const eventId = /\b[a-z0-9]{13,}\.\d+\.[0-9a-f]{8}\b/g

test('the page prints files and commands', () => {
  const names = files.map(({ name }) => name)
  expect(names.filter((name) => name.endsWith('.mjs'))).toEqual(['count.mjs', 'notes.mjs', 'report.mjs', 'chat.mjs'])
  expect(names).toHaveLength(text.match(/^```(mjs|js|html)$/gm)?.length ?? 0)
  expect(steps.flat()).toHaveLength(text.match(/^\$ curl/gm)?.length ?? 0)
})

/** The conversation as it stands in the page. */
const chat = 'tidings-chat [part~=chat]'

async function shown(page: Page | undefined, selector: string): Promise<string> {
  return (await page?.locator(selector).textContent()) ?? ''
}

describeWith('chromium', 'a reader of docs/learn.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-learn-'))
  let port: number
  let browser: Browser
  /** The ids that the page prints, and those that came here in their place. */
  const ids = new Map<string, string>()

  beforeAll(async () => {
    const names = [...text.matchAll(/npm install ([^`\n]+)/g)].flatMap(([, list = '']) => list.split(' '))
    const others = names.filter((name) => name !== 'tidings')
    expect(others).toEqual(['libsql', 'marked', 'remend', 'dompurify', 'esbuild'])
    const dependencies = Object.fromEntries(others.map((name) => [name, '*']))
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }))
    await installPacked(folder, await packPackage(folder))
    port = await freePort()
    for (const { name, content } of files) writeFileSync(join(folder, name), content.replaceAll('3000', String(port)))
    browser = await chromium.launch({ executablePath: pathOf('chromium'), args: ['--no-sandbox'] })
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Starts a program of the page. It is ended at the end of the test. */
  async function start(name: string): Promise<Program> {
    const program = new Program(spawn(process.execPath, [name], { cwd: folder, env }))
    onTestFinished(() => program.kill())
    await program.prints(/^Listening on http:/m)
    return program
  }

  /** A page of the server, in a browser profile of its own. */
  async function open(tabs = 1): Promise<readonly Page[]> {
    const context = await browser.newContext()
    onTestFinished(() => context.close())
    const pages: Page[] = []
    for (let count = 0; count < tabs; count += 1) {
      const page = await context.newPage()
      await page.goto(`http://localhost:${port}`)
      pages.push(page)
    }
    return pages
  }

  /** Types a command. Resolves when it has printed what the page says, ids aside. */
  async function type({ line, output }: Command): Promise<void> {
    const known = line.replaceAll('3000', String(port)).replaceAll(eventId, (id) => ids.get(id) ?? id)
    const curl = new Program(spawn('sh', ['-c', `exec ${known.replace('curl', 'curl -sS')}`], { cwd: folder, env }))
    await expect.poll(() => curl.output.trim().replaceAll(eventId, 'ID')).toBe(output.replaceAll(eventId, 'ID'))
    const came = curl.output.match(eventId) ?? []
    for (const [index, id] of (output.match(eventId) ?? []).entries()) ids.set(id, came[index] ?? '')
    await curl.kill()
  }

  test('steps 1 to 4: reads the count by curl and in a page, goes on behind an id, and leaves', async () => {
    const server = await start('count.mjs')
    for (const command of [...(steps[1] ?? []), ...(steps[3] ?? [])]) await type(command)
    const [page] = await open()
    await expect.poll(() => shown(page, 'output')).toBe('That is all.')

    const [, said = ''] = /The server prints at once:\n\n```\n(.*)\n```/.exec(text) ?? []
    const times = (): number => server.output.split(said).length - 1
    expect(said).not.toBe('')
    await expect.poll(times).toBe(3)
    const curl = new Program(spawn('curl', ['-sN', `localhost:${port}/count`]))
    await curl.prints(/"number":1/)
    curl.signal('SIGINT')
    await expect.poll(times).toBe(4)
  })

  test('step 5: posts notes that two tabs show, and kills the server, which loses none', async () => {
    const first = await start('notes.mjs')
    const tabs = await open(2)
    const [tea, cake, refused, ...reads] = steps[5] ?? []
    if (tea === undefined || cake === undefined || refused === undefined) throw new Error('The page posts nothing.')
    for (const command of [tea, cake, refused]) await type(command)
    for (const tab of tabs) await expect.poll(() => shown(tab, 'ul')).toBe('teacake')
    await first.kill()
    await start('notes.mjs')
    for (const command of reads) await type(command)
    await fetch(`http://localhost:${port}/notes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"text":"milk"}',
    })
    for (const tab of tabs) await expect.poll(() => shown(tab, 'ul')).toBe('teacakemilk')
  })

  test('step 6: reloads the report, which goes on, and kills its server, which is told, and begins anew', async () => {
    const first = await start('report.mjs')
    const [page] = await open()
    await expect.poll(() => shown(page, 'output')).toMatch(/^ 0 5/)
    await page?.reload()
    await expect.poll(() => shown(page, 'output')).toMatch(/^ (5|[1-9]\d) /)
    await first.kill()
    await start('report.mjs')
    await expect.poll(() => shown(page, 'output')).toBe('interrupted')
    // It is over: the page that is loaded anew begins another one.
    await page?.reload()
    await expect.poll(() => shown(page, 'output')).toMatch(/^ 0 5/)
  })

  test('step 7: asks the chat, reloads while it answers, and kills its server', async () => {
    const bundling = /^npx esbuild .*$/m.exec(text)?.[0] ?? ''
    await promisify(execFile)('sh', ['-c', bundling], { cwd: folder, env })
    const first = await start('chat.mjs')
    const [page] = await open()
    const ask = async (question: string): Promise<void> => {
      await page?.locator('tidings-chat textarea').fill(question)
      await page?.locator('tidings-chat textarea').press('Enter')
    }
    await ask('Why?')
    await expect.poll(() => shown(page, chat)).toContain('A model')
    await page?.reload()
    const second = await page?.context().newPage()
    await second?.goto(`http://localhost:${port}`)
    for (const tab of [page, second])
      await expect
        .poll(() => shown(tab, chat))
        .toContain('You said: Why? A model would say more, word by word, as I do.')

    // A tab behind another one draws nothing.
    await second?.close()
    await ask('And now?')
    await expect.poll(() => shown(page, chat)).toContain('You said: And')
    await first.kill()
    await start('chat.mjs')
    await expect.poll(() => shown(page, chat)).toMatch(/interrupted/i)
    expect(await shown(page, chat)).toContain('You said: And')
  })
})

/** A program that was started, and what it has printed. */
class Program {
  output = ''
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>

  constructor(child: ChildProcess) {
    this.#child = child
    this.#closed = once(child, 'close')
    for (const pipe of [child.stdout, child.stderr])
      pipe?.setEncoding('utf8').on('data', (part: string) => (this.output += part))
  }

  async prints(pattern: RegExp): Promise<void> {
    await expect.poll(() => this.output).toMatch(pattern)
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#closed
  }
}
