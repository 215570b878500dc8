// A server of a stream, by hand, that does everything right, except for the one fault that a test gives it.
import { once } from 'node:events'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

/** An event of the stream, and when it was made. */
export interface Made {
  readonly n: number
  readonly at: number
}

/** Where the stream is written to. */
export interface Wire {
  readonly write: (part: string | Uint8Array) => void
  readonly end: () => void
}

/** What one server does otherwise. */
export interface Fault {
  /** Headers in the place of the right ones; `undefined` removes one. */
  readonly head?: Readonly<Record<string, string | undefined>>
  /** Handles a request; calls `answer` for what it leaves to the sound server. */
  readonly listener?: (request: IncomingMessage, response: ServerResponse, answer: () => void) => void
  readonly opening?: string | Uint8Array
  /** `connection` counts from 1. */
  readonly frame?: (made: Made, connection: number) => string | Uint8Array
  /** The last frame; an empty one for none. */
  readonly ending?: string
  readonly hasBeats?: boolean
  /** What a heartbeat is. */
  readonly beat?: string
  /** Between two heartbeats, in milliseconds. */
  readonly beatMs?: number
  /** How many events there are. */
  readonly count?: number
  /** Between two events, in milliseconds. */
  readonly everyMs?: number
  readonly isEndless?: boolean
  /** The number of the event that a last event id names. */
  readonly positionOf?: (lastEventId: string) => number
  /** The wire in the place of the response. */
  readonly wire?: (response: ServerResponse, request: IncomingMessage) => Wire
}

/** An event without its time: how late it is cannot be told, so that a busy machine makes no fault of it. */
export const soundFrame = ({ n }: Made): string => `id: ${n}\ndata: ${JSON.stringify({ n })}\n\n`

/** The same event with its time. */
export const timedFrame = ({ n, at }: Made): string => `id: ${n}\ndata: ${JSON.stringify({ n, at })}\n\n`

/** The stream of one server: eight events, made at intervals from the first request on, the same for every reader. */
export function createSound(fault: Fault = {}): RequestListener {
  const { count = 8, everyMs = 50 } = fault
  const log: Made[] = []
  const waiting = new Set<() => void>()
  let connections = 0
  let producing: Promise<void> | undefined

  const produce = async (): Promise<void> => {
    for (let n = 1; n <= count; n += 1) {
      await pass(everyMs)
      log.push({ n, at: Date.now() })
      for (const wake of waiting) wake()
      waiting.clear()
    }
  }

  const stream = async (wire: Wire, response: ServerResponse, position: number, connection: number): Promise<void> => {
    producing ??= produce()
    const frame = fault.frame ?? soundFrame
    wire.write(fault.opening ?? 'retry: 3000\n\n')
    for (let at = position; at < count && !response.destroyed; at += 1) {
      while (log.length <= at) await new Promise<void>((resolve) => waiting.add(resolve))
      const made = log[at]
      if (made !== undefined) wire.write(frame(made, connection))
    }
    if (fault.isEndless === true) return
    wire.write(fault.ending ?? 'id: end\ndata: {"end":true}\n\n')
    wire.end()
  }

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const lastEventId = String(request.headers['last-event-id'] ?? '')
    if (request.method === 'OPTIONS') return void response.writeHead(204, corsHead(fault)).end()
    if (lastEventId === 'end') return void response.writeHead(204, headOf(fault)).end()
    response.writeHead(200, headOf(fault))
    if (request.method === 'HEAD') return void response.end()
    response.flushHeaders()
    const wire = fault.wire?.(response, request) ?? {
      write: (part) => void response.write(part),
      end: () => void response.end(),
    }
    const stop = fault.hasBeats === false ? () => {} : beat(response, wire, fault)
    const position = (fault.positionOf ?? Number)(lastEventId)
    void stream(wire, response, position, (connections += 1)).then(fault.isEndless === true ? undefined : stop)
  }

  return (request, response) => {
    if (fault.listener === undefined) answer(request, response)
    else fault.listener(request, response, () => answer(request, response))
  }
}

const soundHead: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  incremental: '?1',
  'x-accel-buffering': 'no',
  'access-control-allow-origin': '*',
}

function headOf({ head = {} }: Fault): Record<string, string> {
  const merged = Object.entries({ ...soundHead, ...head })
  return Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

function corsHead(fault: Fault): Record<string, string> {
  return { ...headOf(fault), 'access-control-allow-headers': 'Last-Event-ID' }
}

/** Sends heartbeats until it is stopped, or the reader has left. */
function beat(response: ServerResponse, wire: Wire, fault: Fault): () => void {
  // oxlint-disable-next-line no-restricted-globals -- Heartbeats are sent by time.
  const timer = setInterval(() => wire.write(fault.beat ?? ':\n\n'), fault.beatMs ?? 20)
  const stop = (): void => clearInterval(timer)
  void once(response, 'close').then(stop)
  return stop
}

/** Lets time pass: when events are made is what the doctor measures. */
export function pass(ms: number): Promise<void> {
  // oxlint-disable-next-line no-restricted-globals
  return new Promise((resolve) => setTimeout(resolve, ms))
}
