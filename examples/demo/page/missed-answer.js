// The rest of an answer that has ended while its reader was away: a run can be read for some minutes after its end.
import { createChat } from 'tidings/chat'

/** What the last answer came to; `undefined` if it is whole already, or its run is not kept any more. */
export async function readMissed(messages, fetch) {
  const last = messages.at(-1)
  const isWhole = last?.parts.every(({ state }) => state !== 'streaming') ?? true
  if (isWhole || last.metadata?.runId === undefined) return undefined
  // A run is read like a chat, by its own id.
  const reader = createChat({ url: '/chat', id: last.metadata.runId, messages, fetch, resume: false })
  if (!(await reader.resume())) return undefined
  while (reader.getSnapshot().outcome === undefined) await nextChange(reader)
  reader.close()
  return reader.getSnapshot()
}

function nextChange(chat) {
  return new Promise((resolve) => {
    const undo = chat.subscribe(() => {
      undo()
      resolve()
    })
  })
}
