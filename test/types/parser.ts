// A program that was written for eventsource-parser, as text: the same but for its imports.

/** The program, with its imports from `main` and, for the TransformStream, from `stream`. */
export function parserProgram(main: string, stream: string): string {
  return `
import { createParser, ParseError } from '${main}'
import type { ErrorType, EventSourceMessage, EventSourceParser, ParserCallbacks, ParserConfig } from '${main}'
import { EventSourceParserStream, type StreamOptions } from '${stream}'

// Messages are made by hand, in tests and where events come from elsewhere.
const made: EventSourceMessage = { data: 'a' }
made.id = '1'
made.event = undefined
made.data += 'b'
export const messages: EventSourceMessage[] = [made, { event: 'x', id: undefined, data: '' }]

// Options are collected one by one.
const config: ParserConfig = {}
config.onEvent = (event) => messages.push(event)
config.onId = (id: string) => void id.length
config.onRetry = (retry: number) => void retry.toFixed()
config.onComment = (comment: string) => void comment.length
config.onError = (error: Error) => void error.message
config.maxBufferSize = 1000
config.maxBufferSize = undefined
const callbacks: ParserCallbacks = { onEvent: config.onEvent, onError: config.onError }

// A parser has stand-ins, as objects and as classes, and is made by a function that is passed on.
let parser: EventSourceParser = createParser(config)
parser.feed('data: a\\n\\n')
parser.reset()
parser.reset({ consume: true })
parser = { feed: (chunk: string) => void chunk.length, reset: () => {} }
class Recorder implements EventSourceParser {
  readonly chunks: string[] = []
  feed(chunk: string): void {
    this.chunks.push(chunk)
  }
  reset(options: { consume?: boolean } = {}): void {
    if (!options.consume) this.chunks.length = 0
  }
}
parser = new Recorder()
export function connect(make: (config: ParserConfig) => EventSourceParser): void {
  const { feed, reset } = make({ ...callbacks, onEvent: undefined })
  const feeds: ((chunk: string) => void)[] = [feed]
  feeds.forEach((each) => each(''))
  reset({})
}
connect(createParser)
export const first: Parameters<typeof createParser>[0] = config
export const feed: ReturnType<typeof createParser>['feed'] = createParser({}).feed

// Errors are told apart, made, extended and filled in.
const counts: Record<ErrorType, number> = { 'invalid-retry': 0, 'unknown-field': 0, 'max-buffer-size-exceeded': 0 }
createParser({
  onError(error) {
    counts[error.type] += 1
    const words: (string | undefined)[] = [error.field, error.value, error.line, error.name]
    if (error instanceof ParseError && error instanceof Error) words.push(error.message)
  },
})
export const failure = new ParseError('no', { type: 'unknown-field', field: 'a', value: 'b', line: 'a: b' })
failure.line = undefined
failure.type = 'invalid-retry'
export class Refused extends ParseError {
  constructor(readonly status: number) {
    super('refused', { type: 'max-buffer-size-exceeded' })
  }
}

// The TransformStream.
const options: StreamOptions = { onError: 'terminate', onRetry: () => {}, onId: () => {} }
options.onError = (error: Error) => void error.message
options.onComment = undefined
options.maxBufferSize = 10
export const transform: TransformStream<string, EventSourceMessage> = new EventSourceParserStream(options)
export class OwnStream extends EventSourceParserStream {
  constructor() {
    super({ onError: 'terminate' })
  }
}
export async function read(response: Response): Promise<EventSourceMessage | undefined> {
  const events = response.body?.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())
  const reader = events?.getReader()
  const result = await reader?.read()
  return result?.value
}
`
}
