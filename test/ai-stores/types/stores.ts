// Compiled by types.real.test.ts: our stores, by the types of the packages that take them.
import type { StreamDurability } from '../../../chat-clients/node_modules/@tanstack/ai/dist/esm/index.js'
import {
  resumeServerSentEventsResponse,
  toServerSentEventsResponse,
} from '../../../chat-clients/node_modules/@tanstack/ai/dist/esm/index.js'
import { tanstackDurability } from '../../../src/ai-stores/index.ts'
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
