// Which kind of content an answer says it has.

/** The media type of an event stream. */
export const eventStreamType = 'text/event-stream'

/** Whether a Content-Type is that of an event stream, whatever its parameters. */
export function isEventStreamType(contentType: string | null): boolean {
  return contentType !== null && essenceOf(contentType) === eventStreamType
}

/** Fetch "extract a MIME type": of several, the last that is one; `*`/`*` is none. */
function essenceOf(contentType: string): string | undefined {
  return splitList(contentType)
    .map((value) => mediaType.exec(value)?.[1]?.toLowerCase())
    .filter((essence) => essence !== undefined && essence !== '*/*')
    .at(-1)
}

const mediaType = /^[\t\n\r ]*([\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+)[\t\n\r ]*(?:;|$)/

/** Fetch "get, decode, and split": at the commas that are in no quoted string. */
function splitList(value: string): readonly string[] {
  return value.match(/(?:"(?:[^"\\]|\\.)*"?|[^,"])+/gs) ?? []
}
