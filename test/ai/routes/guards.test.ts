// Guards of a chat: they stand in front of all of its routes.
import { describe, expect, test } from 'vitest'
import { chatRoutes } from '../../../src/ai/index.ts'
import { err } from '../../../src/server/index.ts'
import { framesOf, say, startChat, textOf } from '../../support/chat/chat-node.ts'

describe('middleware of a chat', () => {
  test('guards each of its routes, from the outside in, and hands on what it has found', async () => {
    const order: string[] = []
    const { url } = await startChat(
      async function* ({ state }) {
        yield `${String(state['user'])} ${order.join()}`
      },
      {
        middleware: [
          ({ headers }, next) => {
            order.push('guard')
            if (headers['user'] === undefined) throw err.unauthorized('Log in first.')
            return next({ user: headers['user'] })
          },
          (_ctx, next) => {
            order.push('second')
            return next()
          },
        ],
      },
    )
    const refused = [
      say(url),
      fetch(`${url}/chat/chat-1/stream`),
      fetch(`${url}/chat/chat-1/runs`),
      fetch(`${url}/chat?offset=-1&runId=x`),
      fetch(`${url}/chat/chat-1/stop`, { method: 'POST' }),
      ...['chat/completions', 'responses', 'messages'].map((path) =>
        fetch(`${url}/chat/v1/${path}`, {
          method: 'POST',
          body: '{}',
          headers: { 'content-type': 'application/json' },
        }),
      ),
      fetch(`${url}/chat/v1/responses/resp_x`),
      fetch(`${url}/chat/v1/responses/resp_x/cancel`, { method: 'POST' }),
    ]
    expect((await Promise.all(refused)).map(({ status }) => status)).toEqual(refused.map(() => 401))
    order.length = 0
    expect(textOf(framesOf(await (await say(url, undefined, { user: 'ada' })).text()))).toBe('ada guard,second')
  })

  test.each([[{}], [[1]], [() => {}]])('that is no list of functions (%j) is refused', (middleware) => {
    const options = { path: '/chat', handler: () => [], middleware }
    expect(() => Reflect.apply(chatRoutes, undefined, [options])).toThrow('middleware must be a list of functions.')
  })
})
