// The media type of a response, from its Content-Type.

/** The media type of an event stream. */
export const eventStreamType = 'text/event-stream'

/** Whether a Content-Type is `text/event-stream`, with any parameters. */
export function isEventStreamType(contentType: string | null): boolean {
  return contentType !== null && essenceOf(contentType) === eventStreamType
}

/** Fetch "extract a MIME type": the last valid one of the list; `*`/`*` does not count. */
function essenceOf(contentType: string): string | undefined {
  return splitList(contentType)
    .map((value) => mediaType.exec(value)?.[1]?.toLowerCase())
    .filter((essence) => essence !== undefined && essence !== '*/*')
    .at(-1)
}

const mediaType = /^[\t\n\r ]*([\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+)[\t\n\r ]*(?:;|$)/

/** Fetch "get, decode, and split": splits at commas outside of quoted strings. */
function splitList(value: string): readonly string[] {
  return value.match(/(?:"(?:[^"\\]|\\.)*"?|[^,"])+/gs) ?? []
}
