// What a request's headers say about its reader, as far as it takes SSE.

/** A media range as RFC 9110 12.5.1 has it. */
export interface MediaRange {
  readonly type: string
  readonly weight: number
  readonly parameters: ReadonlyMap<string, string>
}

/** The media ranges of an `Accept` header. */
export function parseAccept(accept: string): MediaRange[] {
  return accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const byName = new Map(parameters.map(toParameter))
    return { type, weight: Number(byName.get('q') ?? 1), parameters: byName }
  })
}

function toParameter(text: string): [string, string] {
  const [name = '', value = ''] = text.split('=')
  return [name.trim(), value.trim()]
}

/** The range that speaks of `mediaType` most closely; of several equally close the heaviest. */
export function rangeOf(mediaType: string, ranges: readonly MediaRange[]): MediaRange | undefined {
  const [group] = mediaType.split('/')
  for (const name of [mediaType, `${group}/*`, '*/*']) {
    const [heaviest] = ranges.filter(({ type }) => type === name).toSorted((one, other) => other.weight - one.weight)
    if (heaviest !== undefined) return heaviest
  }
  return undefined
}

/** Whether a range of `text/event-stream` asks for control events. */
export function asksForControls({ parameters }: MediaRange): boolean {
  return parameters.get('tidings') === '1'
}

/** Whether a request for SSE is like an EventSource's: a GET that nobody may answer from a cache (WHATWG HTML 9.2.2). */
export function isLikeEventSource(method: string, cacheControl: string | null | undefined): boolean {
  return method === 'GET' && cacheControl?.includes('no-cache') === true
}
