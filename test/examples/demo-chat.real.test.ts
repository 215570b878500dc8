// The chat of the demo in a real browser: answers outlive a page, and are told when their server does not outlive them.
import type { ServerResponse } from 'node:http'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWith } from '../support/component/component.ts'
import { isReady, launchTabs, output, textOf, type Tabs } from './browser-tabs.ts'
import { listen } from './local-server.ts'
import { makeFolderForTest, startDemo } from './running-demo.ts'
import type { RunningExample } from './running-example.ts'
import { readStream } from './stream-reader.ts'

const complete = /^The answer is complete\.$/

interface Model {
  readonly demo: RunningExample
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
  /** Says something, in the answer that was asked for last. */
  readonly say: (text: string) => void
  /** Ends that answer. */
  readonly end: () => void
  /** Resolves once the next answer is asked for. */
  readonly asked: () => Promise<void>
  /** Resolves once the demo has left the answer. */
  readonly left: () => Promise<void>
}

/** Starts the demo with a model that says what the test says. */
async function startWithModel(): Promise<Model> {
  const asked = createSignal()
  const left = createSignal()
  let answer: ServerResponse | undefined
  const port = await listen((_request, response) => {
    answer = response.writeHead(200, { 'content-type': 'text/event-stream' })
    answer.on('close', () => left.ring())
    answer.flushHeaders()
    asked.ring()
  })
  const environment = {
    OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
    OPENAI_API_KEY: 'secret',
    OPENAI_MODEL: 'parrot',
  }
  const folder = await makeFolderForTest()
  const write = (choice: object): unknown =>
    answer?.write(`data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`)
  return {
    demo: await startDemo(environment, folder),
    folder,
    environment,
    say: (content) => void write({ delta: { content } }),
    end: () => {
      write({ delta: {}, finish_reason: 'stop' })
      answer?.end('data: [DONE]\n\n')
    },
    asked: asked.next,
    left: left.next,
  }
}

/** Something that rings; each ring is heard once. */
function createSignal(): { readonly ring: () => void; readonly next: () => Promise<void> } {
  const state: { rings: number; wake?: () => void } = { rings: 0 }
  return {
    ring: () => {
      state.rings += 1
      state.wake?.()
    },
    next: async () => {
      while (state.rings === 0) await new Promise<void>((resolve) => (state.wake = resolve))
      state.rings -= 1
    },
  }
}

async function ask(page: Page, question: string): Promise<void> {
  await page.getByLabel('Your question').fill(question)
  await page.getByRole('button', { name: 'Ask' }).click()
}

const verdictOf = (page: Page): Locator => page.locator('#chat .verdict').first()
const answersOf = (page: Page): Locator => page.locator('#chat .message.assistant')

describeWith('chromium', 'the chat of the demo in a browser', () => {
  let tabs: Tabs

  beforeAll(async () => {
    tabs = await launchTabs()
  })
  afterAll(async () => {
    await tabs?.close()
  })

  test('a model that is none answers word by word, and says that it is none', async () => {
    const demo = await startDemo()
    const page = await tabs.openOne(demo.url)
    const chat = page.locator('#chat')
    await textOf(chat.locator('.model'), /^model: n-gram, no meaning$/)
    await textOf(chat.locator('.note'), /no meaning\.$/)
    await ask(page, 'Why not a WebSocket?')
    await textOf(answersOf(page), /\w/)
    const early = (await answersOf(page).textContent())?.length ?? 0
    await textOf(verdictOf(page), complete)
    expect((await answersOf(page).textContent())?.length).toBeGreaterThan(early)
    expect(await chat.locator('.frames .request').first().textContent()).toBe('POST /chat')
    expect(await chat.locator('.frames .response').first().textContent()).toBe('200 OK · text/event-stream')
    expect(await chat.locator('.frames').textContent()).toContain('{"type":"run-end","outcome":"completed"}')
  })

  test('a reload in the middle goes on with the answer', async () => {
    const { demo, say, end, asked } = await startWithModel()
    const page = await tabs.openOne(demo.url)
    await ask(page, 'Are you there?')
    await asked()
    say('One')
    await textOf(answersOf(page), /^One$/)
    await page.reload()
    await isReady(page)
    await textOf(answersOf(page), /^One$/)
    say(' two')
    await textOf(answersOf(page), /^One two$/)
    await page.screenshot({ path: `${output}demo-chat-reloaded.png`, fullPage: true })
    end()
    await textOf(verdictOf(page), complete)
    expect(await page.locator('#chat .message').allTextContents()).toEqual(['Are you there?', 'One two'])
    expect(await page.locator('#chat .frames .request').first().textContent()).toMatch(/^GET \/chat\/\w+\/stream$/)
  })

  test('what was said between leaving and coming back is there, also if it was the end', async () => {
    const { demo, say, end, asked } = await startWithModel()
    const page = await tabs.openOne(demo.url)
    await ask(page, 'Are you there?')
    await asked()
    say('One')
    await textOf(answersOf(page), /^One$/)
    const { id } = await page.evaluate(
      () => JSON.parse(localStorage.getItem('tidings-demo-chat') ?? '') as { id: string },
    )
    await page.goto('about:blank')
    const reader = await readStream(`${demo.origin}/chat/${id}/stream`)
    say(' two')
    end()
    await reader.ended()
    await page.goto(demo.url)
    await textOf(answersOf(page), /^One two$/)
  })

  test('a second tab follows the answer live, and Stop in it stops it for both', async () => {
    const { demo, say, asked, left } = await startWithModel()
    const [one, two] = await tabs.open(demo.url, 2)
    if (one === undefined || two === undefined) throw new Error('There are no two tabs.')
    await ask(one, 'Are you there?')
    await asked()
    say('One')
    for (const page of [one, two]) await textOf(answersOf(page), /^One$/)
    say(' two')
    for (const page of [one, two]) await textOf(answersOf(page), /^One two$/)
    await two.reload()
    await isReady(two)
    await textOf(answersOf(two), /^One two$/)
    await two.getByRole('button', { name: 'Stop', exact: true }).click()
    await left()
    for (const page of [one, two]) await textOf(verdictOf(page), /^Stopped, for every tab\./)
    expect(await two.locator('#chat .frames').textContent()).toMatch(/POST \/chat\/\w+\/stop/)
    await one.screenshot({ path: `${output}demo-chat-stopped.png`, fullPage: true })
  })

  test('the end of the server interrupts the answer, and Retry asks again', async () => {
    const { demo, folder, environment, say, end, asked } = await startWithModel()
    const page = await tabs.openOne(demo.url)
    await ask(page, 'Are you there?')
    await asked()
    say('One')
    await textOf(answersOf(page), /^One$/)
    await demo.kill()
    await textOf(verdictOf(page), /^The connection is lost\./)
    await startDemo({ ...environment, PORT: new URL(demo.url).port }, folder)
    await textOf(verdictOf(page), /^Interrupted: /)
    // Told by the log, which has survived: a page whose answer is lost altogether says so, too.
    expect(await page.locator('#chat .frames').textContent()).toContain('{"type":"run-end","outcome":"interrupted"}')
    expect(await answersOf(page).textContent()).toBe('One')
    await page.screenshot({ path: `${output}demo-chat-interrupted.png`, fullPage: true })
    await page.getByRole('button', { name: 'Retry' }).click()
    await asked()
    say('Two')
    end()
    await textOf(verdictOf(page), complete)
    expect(await page.locator('#chat .message').allTextContents()).toEqual(['Are you there?', 'Two'])
    expect(await page.getByRole('button', { name: 'Retry' }).isVisible()).toBe(false)
  })

  test('a new conversation is one for all tabs, and a refusal is told', async () => {
    const port = await listen((_request, response) => void response.writeHead(401).end())
    const demo = await startDemo({ OPENAI_BASE_URL: `http://127.0.0.1:${port}`, OPENAI_API_KEY: 'wrong' })
    const [one, two] = await tabs.open(demo.url, 2)
    if (one === undefined || two === undefined) throw new Error('There are no two tabs.')
    await ask(one, 'Hello?')
    await textOf(verdictOf(one), /^The model’s server refuses the key \(401\): see OPENAI_API_KEY\.$/)
    await textOf(two.locator('#chat .message.user'), /^Hello\?$/)
    await one.getByRole('button', { name: 'New conversation' }).click()
    for (const page of [one, two]) await page.locator('#chat .messages .empty').waitFor()
    expect(await two.locator('#chat .message').count()).toBe(0)
  })

  test('a body that does not fit is refused before there is a stream', async () => {
    const demo = await startDemo()
    const page = await tabs.openOne(demo.url)
    const chat = page.locator('#chat')
    await chat.getByRole('button', { name: 'An invalid body' }).click()
    await textOf(verdictOf(page), /^Refused: messages\[0\]\.role must be one of/)
    await textOf(chat.locator('.frames .refusal'), /^400 Bad Request · application\/json/)
    await textOf(chat.locator('.frames .body'), /"code":"invalid_request"/)
  })
})
