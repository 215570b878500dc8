// The hooks in a real browser: one connection, reloads, a network that goes, a page that is put aside.
import { renderToString } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { createChannels } from '../../src/channel/index.ts'
import { defineRoute } from '../../src/adapters/index.ts'
import type { ChatHandler } from '../../src/ai/index.ts'
import { memoryJournal } from '../../src/journal/index.ts'
import { pageRoutes, sees, useChromium } from '../support/chat/browser-page.ts'
import { startChat, stepped } from '../support/chat/chat-node.ts'
import { page as hydratedPage } from '../support/chat/pages/hydrated-page.mjs'
import { describeWith } from '../support/component/component.ts'
import { startFaultProxy } from '../support/component/fault-proxy.ts'
import { until } from '../support/server/asking.ts'

const silent: ChatHandler = async function* () {
  yield 'Hello'
}

/** A server with a chat, a topic at `/feed`, and the page. */
async function start(handler: ChatHandler, name = 'hooks', html?: string) {
  const channels = createChannels({ journal: memoryJournal(), healMs: 50 })
  const topic = channels.topic<{ n: number }>('feed')
  const readers: (string | undefined)[] = []
  const feed = defineRoute({
    method: 'GET',
    path: '/feed',
    sse: true,
    handler: ({ lastEventId }) => {
      readers.push(lastEventId)
      return topic.subscribe({ after: lastEventId, from: 'start' })
    },
  })
  const node = await startChat(handler, {
    routes: [feed, ...(await pageRoutes(name, html === undefined ? {} : { html }))],
  })
  return { ...node, topic, readers }
}

/** What a console says of a network that is gone. */
const expected = /^Failed to load resource: net::ERR_/

describeWith('chromium', 'the hooks in a browser', () => {
  describeWith('chat-clients', 'with React', () => {
    const open = useChromium()

    test('share one connection, render once a frame, and close it with the last component', async () => {
      const { url, server, topic, readers } = await start(silent)
      const { call, shown } = await open(url)
      await call('show', 2)
      await sees(shown, { streams: '[open 0][open 0]' })
      const { renders } = await shown()
      for (let n = 0; n < 500; n += 1) await topic.publish({ n: 1 })
      await sees(shown, { streams: '[open 500][open 500]' })
      // StrictMode renders each twice.
      expect((await shown()).renders - renders).toBeLessThan(1000)
      await call('show', 3)
      await sees(shown, { streams: '[open 500][open 500][open 500]' })
      expect(readers).toHaveLength(1)
      await call('show', 1)
      await topic.publish({ n: 1 })
      await sees(shown, { streams: '[open 501]' })
      await call('show', 0)
      await until(() => server.openStreams === 0)
      expect(readers).toHaveLength(1)
    })

    test('go on where they were when the network comes back', async () => {
      const { handler, open: step, openAll } = stepped(['one ', 'two ', 'three'])
      const { url, topic, readers } = await start(handler)
      const proxy = await startFaultProxy(url, () => ({}))
      const { context, call, shown } = await open(proxy.url, { expected })
      await call('show', 1)
      await sees(shown, { streams: '[open 0]' })
      await call('send', 'Count')
      step(0)
      await topic.publish({ n: 1 })
      await sees(shown, { status: 'streaming', texts: ['user: Count', 'assistant: one '], streams: '[open 1]' })
      // Chromium leaves connections alone that it has when it goes offline; a network that goes does not.
      await context.setOffline(true)
      proxy.cut()
      await sees(shown, { status: 'offline', streams: '[reconnecting 1]' })
      step(1)
      await topic.publish({ n: 10 })
      await context.setOffline(false)
      await sees(shown, { status: 'streaming', texts: ['user: Count', 'assistant: one two '], streams: '[open 11]' })
      openAll()
      await sees(shown, { status: 'ready', outcome: 'completed', texts: ['user: Count', 'assistant: one two three'] })
      expect(readers.length).toBeGreaterThan(1)
    })

    test('go on where they were when their page comes out of the back/forward cache', async () => {
      const { handler, open: step, openAll } = stepped(['one ', 'two ', 'three'])
      const { url, topic } = await start(handler)
      const { page, call, shown } = await open(url, { expected })
      await call('show', 1)
      await sees(shown, { streams: '[open 0]' })
      await call('send', 'Count')
      step(0)
      await topic.publish({ n: 1 })
      await sees(shown, { status: 'streaming', texts: ['user: Count', 'assistant: one '], streams: '[open 1]' })
      await page.goto('about:blank')
      step(1)
      await topic.publish({ n: 10 })
      await page.goBack({ waitUntil: 'commit' })
      await sees(shown, { texts: ['user: Count', 'assistant: one two '] })
      await sees(shown, { streams: '[open 11]', pages: { shown: 2, kept: 1 } })
      openAll()
      await sees(shown, { status: 'ready', outcome: 'completed', texts: ['user: Count', 'assistant: one two three'] })
    })

    test('take over what a server has rendered, which has asked for nothing', async () => {
      const html = renderToString(hydratedPage)
      expect(html).toBe('<p>ready 1 0 7</p>')
      const { url, topic, readers } = await start(silent, 'hydrating', `<div id="root">${html}</div>`)
      expect(readers).toEqual([])
      const { shown } = await open(url)
      await until(() => readers.length === 2)
      await topic.publish({ n: 8 })
      await sees(shown, { text: 'ready 1 1 8', isSame: true, errors: [] })
    })

    describe.each(['fetch', 'xhr'] as const)('a chat by %s', (transport) => {
      test('goes on after a reload in the middle, is stopped, and is asked again', async () => {
        const { handler, log, open: step } = stepped(['één ', '🙂 ', 'three'])
        const { url, ended } = await start(handler)
        const { page, call, shown } = await open(url, { options: { transport } })
        await sees(shown, { status: 'ready' })
        await call('send', 'Count')
        step(0)
        await sees(shown, { status: 'streaming', texts: ['user: Count', 'assistant: één '] })
        await page.reload()
        await sees(shown, { status: 'streaming', texts: ['user: Count', 'assistant: één '] })
        step(1)
        await sees(shown, { status: 'streaming', texts: ['user: Count', 'assistant: één 🙂 '] })
        await call('stop')
        await sees(shown, { status: 'ready', outcome: 'stopped', texts: ['user: Count', 'assistant: één 🙂 '] })
        await until(() => ended.length > 0)
        expect(log).toEqual(['called', 'finally aborted'])
      })

      test('goes on where its connection was cut, each time', async () => {
        const words = ['één ', 'zwei ', '三 ', '🙂']
        const { handler, log, open: step } = stepped(words)
        const { url } = await start(handler)
        const proxy = await startFaultProxy(url, () => ({}))
        const { call, shown } = await open(proxy.url, { options: { transport }, expected })
        await sees(shown, { status: 'ready' })
        await call('send', 'Count')
        for (let index = 0; index < words.length; index += 1) {
          step(index)
          await sees(shown, { texts: ['user: Count', `assistant: ${words.slice(0, index + 1).join('')}`] })
          if (index + 1 < words.length) proxy.cut()
        }
        await sees(shown, {
          status: 'ready',
          outcome: 'completed',
          texts: ['user: Count', `assistant: ${words.join('')}`],
        })
        expect(log).toEqual(['called', 'done', 'finally'])
      })
    })
  })
})
