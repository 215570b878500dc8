// Compiled by types.real.test.ts: our stores, by the types of the packages that take them.
import { WebStandardStreamableHTTPServerTransport } from '../../../chat-clients/node_modules/@modelcontextprotocol/sdk/dist/esm/server/webStandardStreamableHttp.js'
import type { EventStore } from '../../../chat-clients/node_modules/@modelcontextprotocol/sdk/dist/esm/server/webStandardStreamableHttp.js'
import type { StreamDurability } from '../../../chat-clients/node_modules/@tanstack/ai/dist/esm/index.js'
import {
  resumeServerSentEventsResponse,
  toServerSentEventsResponse,
} from '../../../chat-clients/node_modules/@tanstack/ai/dist/esm/index.js'
import {
  createResumableStreamContext,
  type ResumableStreamStore,
} from '../../../chat-clients/node_modules/assistant-stream/dist/resumable/index.js'
import type { ResumableStreamContext } from '../../../chat-clients/node_modules/resumable-stream/dist/types.js'
import { assistantStore, mcpEventStore, resumableStreams, tanstackDurability } from '../../../src/ai-stores/index.ts'
import { memoryJournal } from '../../../src/journal/index.ts'

const journal = memoryJournal()
const request = new Request('http://localhost/run')

const durability = tanstackDurability(journal)
export const run: StreamDurability = durability(request)
export const ofAda: StreamDurability = durability.ownedBy('ada')({ runId: 'r1', offset: '-1' })
export const resumed: Response = resumeServerSentEventsResponse({ adapter: durability(request) })
export const produced: Response = toServerSentEventsResponse((async function* () {})(), {
  durability: { adapter: durability(request), batch: 1 },
})
// @ts-expect-error -- the factory is no durability: it is asked for one with each request
export const noRun: StreamDurability = durability

export const store: ResumableStreamStore = assistantStore(journal)
export const context = createResumableStreamContext({ store: assistantStore(journal).ownedBy('ada') })
// @ts-expect-error -- a journal is no store
export const noStore: ResumableStreamStore = journal

export const streams: ResumableStreamContext = resumableStreams(journal, { waitUntil: null })
// @ts-expect-error -- they are made from a journal, and not from options
export const noStreams: ResumableStreamContext = resumableStreams({ waitUntil: null })

const eventStore = mcpEventStore(journal)
export const events: EventStore = eventStore('session 1')
export const transport = new WebStandardStreamableHTTPServerTransport({ eventStore: eventStore('session 1', {}) })
// @ts-expect-error -- each session has a store of its own: all name their standalone streams alike
export const noEvents: EventStore = eventStore
