// A response of Node, as the adapter writes it: what differs between HTTP/1 and HTTP/2 is in one class for each.
import { isFraming, type Sink } from '../../server/internal.ts'

/** A response of Node over one of its protocols, or of a platform that has Node's streams. */
export interface NodeResponse {
  /** What is written to: Node's own response, which layers before us may have changed, or what a platform has in its place. */
  readonly raw: RawStream
  /** Whether nothing can be written any more: all has been sent, or the reader has disconnected. */
  readonly isClosed: boolean
  /** Whether the protocol itself says where a body ends, so that a request has no header for it. */
  readonly framesBodies: boolean
  /** Makes this the last response of its connection, where the protocol lets a response say so. Called before the head. */
  endConnection(): void
  /** Writes status and headers, as names and values in turn, to the headers that {@link raw} has already. */
  writeHead(status: number, headers: string[]): void
  /** Sends the head now, if {@link writeHead} has not, as the first bytes of the body may take long. */
  flushHead(): void
  /** Writes a whole body of `size` bytes, and ends the response. */
  endWith(content: string | Uint8Array, size: number): void
  /**
   * Ends the response after its last byte. Where the connection ends with it, only once the request has come whole, or the
   * reader would get a reset in place of the answer.
   */
  end(): void
  /** The sink of a stream, after {@link writeHead}. It resumes `source` when it has room again. */
  createSink(source: DrainWatcher): Sink
  /** Tells `watcher` when the response is over. It may be told more than once. */
  watchEnd(watcher: ResponseWatcher): void
  /** Calls `onClose` when the response or its connection closes. It may be called more than once. */
  watchClose(onClose: () => void): void
}

/** Who is told that a response which was full has room again. */
export interface DrainWatcher {
  resume(): unknown
}

/** Who is told of the end of a response. */
export interface ResponseWatcher {
  /** It is over: `complete` when all of it was sent. */
  onResponseEnd(complete: boolean): void
  /** Lets go of a body that somebody has begun to read, so that the rest of it can be discarded. */
  discardBody(): void
}

/** What takes a body, with a head before it. Whether it is closed is not among it: ask {@link NodeResponse.isClosed}. */
export interface RawStream {
  readonly headersSent: boolean
  readonly writableEnded: boolean
  readonly writableFinished: boolean
  readonly writableLength: number
  /** `false`: full. A wrapper that returns nothing has not said that it is. */
  write(chunk: string | Uint8Array): unknown
  end(): unknown
  destroy(): unknown
  on(event: 'close' | 'drain' | 'error', listener: () => void): unknown
}

/** What Node's responses have alike. */
export interface RawResponse extends RawStream {
  statusCode: number
  getHeaderNames(): string[]
  getHeader(name: string): number | string | string[] | undefined
  setHeader(name: string, value: string | string[]): unknown
  removeHeader(name: string): void
  writeHead(status: number): unknown
}

/**
 * Writes the head header by header, the one form that all who have put themselves in between understand (on-headers of
 * express-session and compression, say). Headers that layers before us have set are replaced by name, and added to where
 * they are lists; those that frame a body are left out, as the body is ours.
 */
export function mergeHead(raw: RawResponse, status: number, headers: readonly string[]): void {
  for (const name of raw.getHeaderNames()) {
    // `close` is for the host to ask for, as it does while it shuts down.
    if (isFraming(name) && name !== 'connection') raw.removeHeader(name)
  }
  for (const [name, values] of groupByName(headers)) {
    const before = name === 'set-cookie' || name === 'vary' ? [raw.getHeader(name) ?? []].flat().map(String) : []
    const all = [...before, ...values]
    raw.setHeader(name, name === 'set-cookie' ? all : all.join(', '))
  }
  raw.writeHead(status)
}

function groupByName(headers: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (let index = 0; index < headers.length; index += 2) {
    const [name = '', value = ''] = headers.slice(index, index + 2)
    groups.set(name, [...(groups.get(name) ?? []), value])
  }
  return groups
}
