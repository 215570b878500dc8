// Which format a stream has.

/** The format of a stream; `envelope`: lines of NDJSON that have the event's name and id beside its data. */
export type StreamFormat = 'sse' | 'ndjson' | 'envelope'

/** The format that a Content-Type names; `undefined` if it is that of no stream. */
export function streamFormatOf(contentType: string): StreamFormat | undefined {
  const [essence = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase())
  if (essence === 'text/event-stream') return 'sse'
  if (!/^application\/(.*[.+-])?(ndjson|jsonl(ines)?|stream\+json)$/.test(essence)) return undefined
  return parameters.includes('envelope=1') ? 'envelope' : 'ndjson'
}
