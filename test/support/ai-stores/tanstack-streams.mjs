// A server of TanStack AI, written as its users write it.
import { tanstackDurability } from 'tidings/ai/stores'
import { wordsOf } from './feeds.mjs'

export async function create({ load, options, journal }) {
  const { memoryStream, resumeServerSentEventsResponse, toServerSentEventsResponse } = await load('@tanstack/ai')
  const all = journal && tanstackDurability(journal, options)
  const adapterOf = (request) =>
    all === undefined ? memoryStream(request) : all.ownedBy(request.headers.get('x-user') ?? 'ada')(request)

  return (request) => {
    if (request.method === 'GET') return resumeServerSentEventsResponse({ adapter: adapterOf(request) })
    const stream = run(request.headers.get('x-run-id'))
    return toServerSentEventsResponse(stream, { durability: { adapter: adapterOf(request), batch: 1 } })
  }
}

async function* run(id) {
  const ids = { threadId: 't', runId: id }
  yield { type: 'RUN_STARTED', ...ids }
  yield { type: 'TEXT_MESSAGE_START', messageId: 'm', role: 'assistant' }
  for await (const delta of wordsOf(id)) yield { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta }
  yield { type: 'TEXT_MESSAGE_END', messageId: 'm' }
  yield { type: 'RUN_FINISHED', ...ids, finishReason: 'stop' }
}
