// oxlint-disable typescript/no-explicit-any -- clients whose types are elsewhere
// `openai` whose connection breaks off behind any frame of a response that is being given: it goes on by its number.
import { expect, test } from 'vitest'
import { memoryJournal } from '../../../src/journal/index.ts'
import { startChat, stepped } from '../../support/chat/chat-node.ts'
import { clientPackage } from '../../support/chat/client-package.ts'
import { cutFetch } from '../../support/chat/cut-fetch.ts'
import { describeWith } from '../../support/component/component.ts'

const words = ['one ', 'two ', 'three']
/** How many frames there are up to the first word. */
const framesOfFirst = 5

async function openAi(url: string, fetcher: typeof fetch = fetch): Promise<any> {
  const { OpenAI } = await clientPackage('openai')
  return new OpenAI({ apiKey: 'none', baseURL: `${url}/chat/v1`, maxRetries: 0, fetch: fetcher })
}

/** Events without what is another in each run. */
function plain(events: any[]): unknown {
  const { id, created_at } = events[0].response
  const text = JSON.stringify(events).replaceAll(id.slice('resp_'.length), 'RUN')
  return JSON.parse(text.replaceAll(`"created_at":${created_at}`, '"created_at":0'))
}

describeWith('chat-clients', 'openai that is cut off', () => {
  test('has each frame of a response once that goes on meanwhile, and is stopped by nobody', async () => {
    let current = stepped(words)
    const journal = memoryJournal()
    const node = await startChat((ctx) => current.handler(ctx), { journal })
    const other = await startChat((ctx) => current.handler(ctx), { journal })
    const asked = { model: 'model-1', input: 'Hi', stream: true }
    const there = await openAi(other.url)
    const whole: any[] = []
    current.openAll()
    for await (const event of await (await openAi(node.url)).responses.create(asked)) whole.push(event)
    expect(whole.length).toBeGreaterThan(framesOfFirst + 2)
    for (let count = 1; count < whole.length; count += 1) {
      current = stepped(words)
      if (count > framesOfFirst) current.openAll()
      else current.open(0)
      const { responses } = await openAi(node.url, cutFetch([count]).fetch)
      const read: any[] = []
      const reading = async () => {
        for await (const event of await responses.create(asked)) read.push(event)
      }
      await expect(reading()).rejects.toThrow('cut')
      expect(read).toHaveLength(count)
      const { sequence_number: starting_after } = read.at(-1)
      const rest = await there.responses.retrieve(read[0].response.id, { stream: true, starting_after })
      current.openAll()
      for await (const event of rest) read.push(event)
      expect(plain(read), `cut after ${count}`).toEqual(plain(whole))
      expect(current.log).toEqual(['called', 'done', 'finally'])
    }
  })
})
