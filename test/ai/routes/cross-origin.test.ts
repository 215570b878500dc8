// Pages of other origins: what they may read in the head of an answer, where `cors` lets them.
import { expect, test } from 'vitest'
import { chatRoutes } from '../../../src/ai/index.ts'
import { createChannels } from '../../../src/channel/index.ts'
import { defineRoute, type ServerOptions } from '../../../src/server/index.ts'
import { uiMessage } from '../../support/chat/chat-node.ts'
import { make, post } from '../../support/server/asking.ts'

const ofRuns = 'x-run-id, x-workflow-run-id, x-workflow-stream-tail-index'

/** What a page of another origin may read of the answers to a message, to a reload, and of a route that is no chat. */
async function exposed(cors: ServerOptions['cors']): Promise<readonly (string | null)[]> {
  const channels = createChannels()
  const chat = chatRoutes({
    path: '/chat',
    resume: channels.runs({ owner: () => 'somebody' }),
    handler: async function* () {
      yield 'ok'
    },
  })
  const { ask } = make([chat, defineRoute({ method: 'GET', path: '/other', handler: () => 'ok' })], { cors })
  const origin = 'https://page.example'
  const answers = [
    await ask('/chat', post(uiMessage('Hello'), { origin })),
    await ask('/chat/chat-1/stream', { headers: { origin } }),
    await ask('/chat', post({}, { origin })),
    await ask('/other', { headers: { origin } }),
  ]
  for (const answer of answers) await answer.text()
  await channels.close()
  return answers.map(({ headers }) => headers.get('access-control-expose-headers'))
}

test('the headers that name a run are exposed with those of the server, on chat routes alone', async () => {
  expect(await exposed(true)).toEqual([ofRuns, ofRuns, ofRuns, null])
  const mine = await exposed({ origin: 'https://page.example', exposedHeaders: ['x-mine'] })
  expect(mine).toEqual([`x-mine, ${ofRuns}`, `x-mine, ${ofRuns}`, `x-mine, ${ofRuns}`, 'x-mine'])
  expect(await exposed({ origin: 'https://another.example' })).toEqual([null, null, null, null])
  expect(await exposed(false)).toEqual([null, null, null, null])
})
