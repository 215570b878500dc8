// Records: what is told of streams by whoever watches them. They come from other processes, and are checked.

/** Where a stream was watched: at the server, or where it was read. */
export type StreamSource = 'server' | 'fetch' | 'event-source' | 'node'

/** Headers by their names, in lower case, with secrets already replaced. */
export type RecordedHeaders = Readonly<Record<string, string>>

/** What every record of a stream has. */
export interface StreamRecord {
  /** When it happened, in ms since 1970. */
  readonly at: number
  /** The id of the stream: opaque, and unique for its producer. */
  readonly stream: string
}

/** A stream was asked for. One with the id of a stream that is known begins it anew. */
export interface OpenedRecord extends StreamRecord {
  readonly kind: 'opened'
  readonly source: StreamSource
  readonly method: string
  readonly url: string
  /** The pattern of the route, such as `/jobs/:id`. */
  readonly route?: string | undefined
  /** Who reads it. */
  readonly who?: string | undefined
  /** Where a reader that has come back goes on. */
  readonly lastEventId?: string | undefined
  readonly requestHeaders?: RecordedHeaders | undefined
  /** The text of the request's body, where it is short. */
  readonly requestBody?: string | undefined
}

/** The head of its answer. */
export interface HeadRecord extends StreamRecord {
  readonly kind: 'head'
  readonly status: number
  readonly contentType: string
  readonly headers?: RecordedHeaders | undefined
}

/** A piece of the stream as it is on the wire, heartbeats and control events too; it may end inside a frame. */
export interface WroteRecord extends StreamRecord {
  readonly kind: 'wrote'
  readonly text: string
  /** How many events it has; 0 also where the producer does not count them. */
  readonly events: number
  /** How many bytes it is on the wire. */
  readonly bytes: number
}

/** The reader is slower than the stream: `bufferedBytes` wait for it. */
export interface BlockedRecord extends StreamRecord {
  readonly kind: 'blocked'
  readonly bufferedBytes: number
}

/** The reader has caught up. */
export interface FlowingRecord extends StreamRecord {
  readonly kind: 'flowing'
}

/** The stream has ended. */
export interface EndedRecord extends StreamRecord {
  readonly kind: 'ended'
  /** How: `complete`, `failed`, or the reason for which it ended early. */
  readonly outcome: string
  readonly error?: string | undefined
  /** All of its events; 0 also where the producer does not count them. */
  readonly events: number
  readonly bytes: number
  readonly durationMs: number
}

/** Events of a stream that its producer no longer has, because of its bounds. */
export interface ForgotRecord {
  readonly kind: 'forgot'
  readonly stream: string
  readonly events: number
  /** Their bytes on the wire, where the producer knows. */
  readonly bytes?: number | undefined
}

/** One detail of a topic, a run or a journal. */
export type Detail = string | number | boolean | null | undefined

/** A topic: who reads it, and how far it has come. */
export interface TopicRow {
  readonly name: string
  readonly readers: number
  readonly [detail: string]: Detail
}

/** A run: its state, and who executes it where. */
export interface RunRow {
  readonly id: string
  readonly state: string
  readonly [detail: string]: Detail
}

/** A journal: how much it is used, and how fast it is. */
export interface JournalRow {
  readonly name: string
  readonly [detail: string]: Detail
}

/** All topics, as they are now. */
export interface TopicsRecord {
  readonly kind: 'topics'
  readonly at: number
  readonly topics: readonly TopicRow[]
}

/** All runs, as they are now. */
export interface RunsRecord {
  readonly kind: 'runs'
  readonly at: number
  readonly runs: readonly RunRow[]
}

/** All journals, as they are now. */
export interface JournalsRecord {
  readonly kind: 'journals'
  readonly at: number
  readonly journals: readonly JournalRow[]
}

/** What is told of streams, and of what stands behind them. */
export type InspectorRecord =
  | OpenedRecord
  | HeadRecord
  | WroteRecord
  | BlockedRecord
  | FlowingRecord
  | EndedRecord
  | ForgotRecord
  | TopicsRecord
  | RunsRecord
  | JournalsRecord

type Check = (value: unknown) => boolean

const isString: Check = (value) => typeof value === 'string'
/** Sums of amounts stay finite, since the largest is no more than 2^53. */
const isAmount: Check = (value) => typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER
/** ECMA-262 21.4.1.1: the last time that a date can have. */
const isTime: Check = (value) => typeof value === 'number' && value >= 0 && value <= 8.64e15
const isSource: Check = (value) => ['server', 'fetch', 'event-source', 'node'].includes(String(value))
const isHeaders: Check = (value) => isObject(value) && Object.values(value).every(isString)
const isDetail: Check = (value) => value === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof value)
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)
const rows =
  (fields: Fields): Check =>
  (value) =>
    Array.isArray(value) &&
    value.every((row) => isObject(row) && hasFields(row, fields) && Object.values(row).every(isDetail))

type Fields = Readonly<Record<string, Check>>

const ofStream: Fields = { at: isTime, stream: isString }

const kinds: Readonly<Record<InspectorRecord['kind'], Fields>> = {
  opened: {
    ...ofStream,
    source: isSource,
    method: isString,
    url: isString,
    route: maybe(isString),
    who: maybe(isString),
    lastEventId: maybe(isString),
    requestHeaders: maybe(isHeaders),
    requestBody: maybe(isString),
  },
  head: { ...ofStream, status: isAmount, contentType: isString, headers: maybe(isHeaders) },
  wrote: { ...ofStream, text: isString, events: isAmount, bytes: isAmount },
  blocked: { ...ofStream, bufferedBytes: isAmount },
  flowing: ofStream,
  ended: {
    ...ofStream,
    outcome: isString,
    error: maybe(isString),
    events: isAmount,
    bytes: isAmount,
    durationMs: isAmount,
  },
  forgot: { stream: isString, events: isAmount, bytes: maybe(isAmount) },
  topics: { at: isTime, topics: rows({ name: isString, readers: isAmount }) },
  runs: { at: isTime, runs: rows({ id: isString, state: isString }) },
  journals: { at: isTime, journals: rows({ name: isString }) },
}

/** Whether a value is a record. One that has more fields than are known is; one of a kind that is not known is none. */
export function isInspectorRecord(value: unknown): value is InspectorRecord {
  if (!isObject(value)) return false
  const { kind } = value
  return typeof kind === 'string' && isKind(kind) && hasFields(value, kinds[kind])
}

function isKind(name: string): name is InspectorRecord['kind'] {
  return Object.hasOwn(kinds, name)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function hasFields(value: Readonly<Record<string, unknown>>, fields: Fields): boolean {
  return Object.entries(fields).every(([name, check]) => check(value[name]))
}
