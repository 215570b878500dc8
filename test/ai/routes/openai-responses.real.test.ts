// oxlint-disable typescript/no-explicit-any -- clients whose types are elsewhere
// `openai` at the routes of responses that are kept: retrieved, followed behind a frame, cancelled, gone on with.
import { describe, expect, test } from 'vitest'
import { chat, type ChatHandler } from '../../../src/ai/index.ts'
import { memoryJournal } from '../../../src/journal/index.ts'
import { startChat, stepped } from '../../support/chat/chat-node.ts'
import { clientPackage } from '../../support/chat/client-package.ts'
import { cutFetch } from '../../support/chat/cut-fetch.ts'
import { describeWith } from '../../support/component/component.ts'
import { until } from '../../support/server/asking.ts'

const asked = { model: 'model-1', input: 'Hi' }

/** Thoughts, a call of the server, and text. */
const answering: ChatHandler = async function* () {
  yield chat.reasoning('Hm.')
  yield* chat.tool('weather', { city: 'Oslo' }, () => ({ degrees: 4 }))
  yield 'It is '
  yield '4 degrees.'
  yield chat.usage({ inputTokens: 3, outputTokens: 5 })
}

async function openAi(url: string, options: object = {}): Promise<any> {
  const { OpenAI } = await clientPackage('openai')
  return new OpenAI({ apiKey: 'none', baseURL: `${url}/chat/v1`, maxRetries: 0, ...options })
}

async function eventsOf(stream: AsyncIterable<any>): Promise<any[]> {
  const events = []
  for await (const event of stream) events.push(event)
  return events
}

/** What a client is answered that is refused. */
async function refusalOf(asking: Promise<unknown>): Promise<{ readonly status: unknown; readonly error: any }> {
  const error: any = await asking.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return { status: error?.status, error: error?.error }
}

/** Two nodes over a journal. */
async function startTwo(handler: ChatHandler, options: object = {}) {
  const journal = memoryJournal()
  const node = await startChat(handler, { journal, ...options })
  const other = await startChat(handler, { journal, ...options })
  return { node, here: await openAi(node.url), there: await openAi(other.url), other }
}

describeWith('chat-clients', 'openai at responses that are kept', () => {
  describe('retrieve', () => {
    test('gives the response that the stream ended with, and the one that came as a whole, on another node too', async () => {
      const { here, there } = await startTwo(answering)
      const streamed = await here.responses.stream(asked).finalResponse()
      expect(streamed).toMatchObject({ status: 'completed', output_text: 'It is 4 degrees.' })
      for (const { responses } of [here, there]) {
        expect(await responses.retrieve(streamed.id)).toEqual(await here.responses.retrieve(streamed.id))
        expect(streamed).toMatchObject(await responses.retrieve(streamed.id))
        expect(await responses.stream({ response_id: streamed.id }).finalResponse()).toEqual(streamed)
      }
      const whole = await here.responses.create(asked)
      expect(await there.responses.retrieve(whole.id)).toEqual(whole)
    })

    test('after a cut behind any frame, the stream goes on with the next, on another node too', async () => {
      const { node, here, there } = await startTwo(answering)
      const whole = await eventsOf(await here.responses.create({ ...asked, stream: true }))
      expect(whole.length).toBeGreaterThan(20)
      expect(whole.map(({ sequence_number }) => sequence_number)).toEqual(whole.map((_, number) => number))
      const { id } = whole[0].response
      for (const starting_after of whole.keys()) {
        const rest = whole.slice(starting_after + 1)
        expect(await eventsOf(await there.responses.retrieve(id, { stream: true, starting_after }))).toEqual(rest)
        expect(await eventsOf(there.responses.stream({ response_id: id, starting_after }))).toEqual(rest)
      }
      // As a client does it that is cut off and comes back.
      for (let count = 1; count < whole.length; count += 1) {
        const { responses } = await openAi(node.url, { fetch: cutFetch([count]).fetch })
        const read: any[] = []
        const reading = async () => {
          for await (const event of await responses.retrieve(id, { stream: true })) read.push(event)
        }
        await expect(reading()).rejects.toThrow('cut')
        expect(read).toEqual(whole.slice(0, count))
        const { sequence_number: starting_after } = read.at(-1)
        read.push(...(await eventsOf(await there.responses.retrieve(id, { stream: true, starting_after }))))
        expect(read).toEqual(whole)
      }
    })

    test('follows a response that goes on, and tells how far it is', async () => {
      const { handler, open, openAll } = stepped(['one ', 'two ', 'three'])
      const { here, there } = await startTwo(handler)
      open(0)
      const stream = await here.responses.create({ ...asked, stream: true })
      const first: any[] = []
      for await (const event of stream) {
        first.push(event)
        if (event.type === 'response.output_text.delta') break
      }
      const { id } = first[0].response
      await expect
        .poll(() => there.responses.retrieve(id))
        .toMatchObject({ id, status: 'in_progress', output_text: 'one ', usage: null })
      const { sequence_number: starting_after } = first.at(-1)
      const resumed = await there.responses.retrieve(id, { stream: true, starting_after })
      const helped = there.responses.stream({ response_id: id, starting_after })
      openAll()
      const whole = [...first, ...(await eventsOf(resumed))]
      expect(whole.at(-1)).toMatchObject({ type: 'response.completed', response: { status: 'completed' } })
      expect(await eventsOf(here.responses.stream({ response_id: id }))).toEqual(whole)
      expect((await helped.finalResponse()).output_text).toBe('one two three')
      expect((await there.responses.retrieve(id)).output_text).toBe('one two three')
    })

    test('has what a response has said that failed, and how', async () => {
      const { here, there } = await startTwo(async function* () {
        yield 'Half'
        throw new Error('the password is 1234')
      })
      const events: any[] = []
      const reading = async () => {
        for await (const event of await here.responses.create({ ...asked, stream: true })) events.push(event)
      }
      await expect(reading()).rejects.toThrow('An error occurred.')
      const { id } = events[0].response
      const failed = await there.responses.retrieve(id)
      expect(failed).toMatchObject({
        status: 'failed',
        output_text: 'Half',
        error: { code: 'server_error', message: 'An error occurred.' },
        output: [{ status: 'incomplete' }],
      })
      await expect(there.responses.stream({ response_id: id }).finalResponse()).rejects.toThrow('An error occurred.')
    })

    test('polls a response in the background, which nobody has to follow', async () => {
      const { handler, log, open } = stepped(['one ', 'two'])
      const { here, there } = await startTwo(handler, { leaveMs: 1 })
      const begun = await here.responses.create({ ...asked, background: true })
      expect(begun).toMatchObject({ object: 'response', status: 'in_progress' })
      open(0)
      await expect.poll(() => there.responses.retrieve(begun.id)).toMatchObject({ output_text: 'one ' })
      open(1)
      await expect
        .poll(() => there.responses.retrieve(begun.id))
        .toMatchObject({ status: 'completed', output_text: 'one two' })
      expect(log).toEqual(['called', 'done', 'finally'])
    })

    test('refuses what is no number and no yes or no', async () => {
      const { here } = await startTwo(answering)
      const { id } = await here.responses.create(asked)
      for (const query of [
        { stream: true, starting_after: -1 },
        { stream: true, starting_after: 'x' },
        { stream: 'x' },
      ]) {
        const { status, error } = await refusalOf(here.responses.retrieve(id, query))
        expect([status, error.type]).toEqual([400, 'invalid_request_error'])
      }
    })
  })

  describe('cancel', () => {
    test('stops the response for all, keeps what was said, and comes to the same a second time', async () => {
      const { handler, log, open } = stepped(['one ', 'two'])
      const { node, here, there } = await startTwo(handler)
      open(0)
      const events: any[] = []
      const reading = (async () => {
        for await (const event of await here.responses.create({ ...asked, stream: true })) events.push(event)
      })()
      await until(() => events.at(-1)?.delta === 'one ')
      const { id } = events[0].response
      const cancelled = await there.responses.cancel(id)
      expect(cancelled).toMatchObject({ id, status: 'cancelled', output: [{ content: [{ text: 'one ' }] }] })
      expect(log).toContain('finally aborted')
      await reading
      expect(events.at(-1)).toMatchObject({ type: 'response.incomplete', response: cancelled })
      const again = await Promise.all([here.responses.cancel(id), there.responses.cancel(id)])
      expect(again).toEqual([cancelled, cancelled])
      expect(await here.responses.retrieve(id)).toMatchObject(cancelled)
      expect(node.ended).toMatchObject([{ outcome: 'stopped' }])
    })

    test('leaves a response as it is that has ended', async () => {
      const { here } = await startTwo(answering)
      const whole = await here.responses.create(asked)
      const { output_text: _, ...stored } = whole
      expect(await here.responses.cancel(whole.id)).toEqual(stored)
    })
  })
})
