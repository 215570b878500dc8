// The media type of a response, from its Content-Type.

/** The media type of an event stream. */
export const eventStreamType = 'text/event-stream'

/**
 * The media type of a Content-Type and its parameters, in lower case (Fetch 3.5, "extract a MIME type"): of several,
 * the last valid one that is not a wildcard. Empty if there is none.
 */
export function extractType(contentType: string | null): readonly string[] {
  const types = split(contentType ?? '', ',').map((type) => split(type.toLowerCase(), ';').map((part) => part.trim()))
  return types.findLast(([essence = '']) => validType.test(essence)) ?? []
}

/** Whether a Content-Type is `text/event-stream`, with any parameters. */
export function isEventStreamType(contentType: string | null): boolean {
  return extractType(contentType)[0] === eventStreamType
}

const validType = /^(?!\*\/\*)[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+$/

/** Splits at the separators outside of quoted strings (Fetch 2.2.2, "get, decode, and split"). */
function split(text: string, separator: string): readonly string[] {
  return text.match(RegExp(`("(\\\\.|[^"\\\\])*"?|[^"${separator}])+`, 'gs')) ?? []
}
