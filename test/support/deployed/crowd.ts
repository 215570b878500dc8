// Readers, publishers and runs that are at work while nodes are replaced, and an account of what became of each.
import { request } from 'node:http'
import { EventSource, stream } from '../../../src/client/index.ts'

/** What a reader has got, and what it has met. */
export interface Reader {
  readonly got: number[]
  /** Streams that it has opened. */
  opened: number
  /** Why it reads no more. */
  failure: unknown
}

const retry = { attempts: 1000, minMs: 100, maxMs: 1000 }

/** Everybody who uses a deployment. */
export class Crowd {
  readonly readers: Reader[] = []
  /** Requests that were not answered 200: the status, or the error. */
  readonly refused: unknown[] = []
  /** The steps of each run, as its reader has got them. */
  readonly runs: Promise<unknown>[] = []
  /** Streams of runs that were opened. */
  runStreams = 0
  published = 0
  readonly #url: string
  readonly #closes: (() => void)[] = []
  readonly #publishing: Promise<void>[] = []
  #isPublishing = true

  constructor(url: string) {
    this.#url = url
  }

  addEventSource(): void {
    const reader = this.#add()
    const source = new EventSource(`${this.#url}/orders`)
    source.addEventListener('open', () => (reader.opened += 1))
    source.addEventListener('error', () => {
      if (source.readyState === source.CLOSED) reader.failure = 'closed'
    })
    source.addEventListener('message', ({ data }) => reader.got.push(numberOf(JSON.parse(data))))
    this.#closes.push(() => source.close())
  }

  addStream(): void {
    const reader = this.#add()
    const onOpen = (): void => void (reader.opened += 1)
    const events = stream(`${this.#url}/orders`, { as: 'json', retry, onOpen })
    this.#closes.push(() => events.close())
    const read = async (): Promise<void> => {
      for await (const { data } of events) reader.got.push(numberOf(data))
      reader.failure = 'ended'
    }
    read().catch((error: unknown) => (reader.failure = error))
  }

  /** Publishes one event after the other, with a pause in between. */
  addPublisher(pauseMs: number): void {
    const publish = async (): Promise<void> => {
      while (this.#isPublishing) {
        const n = this.published
        this.published += 1
        const status = await post(`${this.#url}/orders`, { n }).catch((error: unknown) => error)
        if (status !== 200) this.refused.push(status)
        // oxlint-disable-next-line no-restricted-globals -- The pace of a load.
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
      }
    }
    this.#publishing.push(publish())
  }

  /** Starts a run, and follows it to its end. */
  startRun(): void {
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const follow = async (): Promise<unknown> => {
      const steps: unknown[] = []
      const onOpen = (): void => void (this.runStreams += 1)
      const options = { method: 'POST', headers, as: 'json', retry, onOpen } as const
      const events = stream<{ percent: number }>(`${this.#url}/reports`, options)
      for await (const { data } of events) steps.push(data.percent)
      return steps
    }
    this.runs.push(follow().catch((error: unknown) => error))
  }

  async stopPublishing(): Promise<void> {
    this.#isPublishing = false
    await Promise.all(this.#publishing)
  }

  close(): void {
    this.#isPublishing = false
    for (const close of this.#closes) close()
  }

  #add(): Reader {
    const reader: Reader = { got: [], opened: 0, failure: undefined }
    this.readers.push(reader)
    return reader
  }
}

function numberOf(data: unknown): number {
  return Number(Reflect.get(Object(data), 'n'))
}

/** Posts on a connection of its own; resolves with the status once the whole answer has come. */
function post(url: string, value: object): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const asking = request(url, { method: 'POST', agent: false, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode))
      response.on('error', reject)
    })
    asking.on('error', reject)
    asking.end(JSON.stringify(value))
  })
}
