// A node with a chat over a SQLite file, to be killed: `node chat-server.mjs <file> <whileRunning>`. Prints where it listens.
import { appendFileSync } from 'node:fs'
import { serve, Server } from 'tidings'
import { chat, chatRoutes } from 'tidings/ai'
import { createChannels } from 'tidings/channel'
import { sqliteJournal } from 'tidings/journal/sqlite'

const [, , file, whileRunning] = process.argv
const journal = sqliteJournal(file, { pollMs: 20 })
const channels = createChannels({ journal, healMs: 100, onError: () => {} })
const runs = channels.runs({ owner: () => 'somebody', leaseMs: 3000 })

const routes = chatRoutes({
  path: '/chat',
  resume: runs,
  whileRunning,
  onLoss: () => {},
  onEnd: ({ runId, outcome }) => appendFileSync(`${file}.ended`, `${runId} ${outcome}\n`),
  handler: async function* ({ chatId, messages, sleep }) {
    appendFileSync(`${file}.handlers`, `begin ${chatId}\n`)
    const asked = messages.at(-1).parts[0].text
    // In the middle of a step, a text and the input of a call.
    yield chat.step('thinking')
    yield { type: 'tool-input-start', toolCallId: 'c1', toolName: 'weather' }
    yield { type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: '{"city":"Os' }
    const words = asked === 'for ever' ? Infinity : 3
    for (let n = 1; n <= words; n += 1) {
      yield chat.text(`word ${n} `, { id: 'a' })
      await sleep(10)
    }
    appendFileSync(`${file}.handlers`, `end ${chatId}\n`)
  },
})
serve({ fetch: new Server([routes], { onError: () => {} }).fetch, port: 0, hostname: '127.0.0.1' }, ({ url }) => {
  console.log(`listening ${url}`)
})
