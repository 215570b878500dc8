// The media type of a response, from its Content-Type.

/** The media type of an event stream. */
export const eventStreamType = 'text/event-stream'

/**
 * The media type of a Content-Type and its parameters, in lower case (Fetch 3.5, "extract a MIME type"): of several,
 * the last valid one that is not a wildcard. Empty if there is none. Quoted values are left out,
 * but for single words: none but those are looked for.
 */
export function extractType(contentType: string | null): readonly string[] {
  // A quoted string may contain commas and semicolons.
  const types = (contentType ?? '')
    .toLowerCase()
    .replace(/"(\w*)"|"(\\.|[^"\\])*"?/gs, '$1')
    .split(',')
  return (
    types
      .map((type) => type.split(';').map((part) => part.trim()))
      .findLast(([essence = '']) => /^[^\s/@()*]+\/[^\s/@()*]+$/.test(essence)) ?? []
  )
}

/** Whether a Content-Type is `text/event-stream`, with any parameters. */
export function isEventStreamType(contentType: string | null): boolean {
  return extractType(contentType)[0] === eventStreamType
}
