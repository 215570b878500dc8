// A module with a server, as an application has it, for tests that evaluate it again as after an edit.
import { createChannels } from '../../../src/channel/index.ts'
import { defineRoute, keepOnReload, onReload, Server } from '../../../src/server/index.ts'

const ended: string[] = []
const channels = keepOnReload('channels', () => createChannels())
const notes = channels.topic<{ text: string }>('notes')

const server = new Server([
  defineRoute({
    method: 'GET',
    path: '/notes',
    sse: true,
    handler: ({ lastEventId }) => notes.subscribe({ after: lastEventId }),
  }),
  defineRoute({
    method: 'GET',
    path: '/waiting',
    sse: true,
    handler: async function* ({ sleep }) {
      try {
        yield 'started'
        await sleep(600_000)
      } finally {
        ended.push('finally')
      }
    },
  }),
])

onReload('server', () => server.close())

export const application = { server, channels, notes, ended }
