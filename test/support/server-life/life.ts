// One test's view of the fixture: its requests, and the notes of what happened to them.
import { randomUUID } from 'node:crypto'
import { FetchReader } from '../server/fetch-reader.ts'
import type { FixtureProcess } from '../component/fixture-process.ts'
import { RawClient } from '../server/raw-client.ts'

/** What a behaviour is tried on. */
export class Life {
  readonly fixture: FixtureProcess
  readonly start: () => Promise<FixtureProcess>
  /** Notes of this test alone. */
  readonly key: string = randomUUID()

  constructor(fixture: FixtureProcess, start: () => Promise<FixtureProcess>) {
    this.fixture = fixture
    this.start = start
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(this.fixture.url + path, init)
  }

  read(path: string, init?: RequestInit): Promise<FetchReader> {
    return FetchReader.open(this.fixture.url + path, init)
  }

  raw(): Promise<RawClient> {
    return RawClient.open(this.fixture.port)
  }

  async note(entry: string): Promise<void> {
    await this.fetch(`/notes/${this.key}/${encodeURIComponent(entry)}`, { method: 'POST' })
  }

  /** What has been noted, once `entry` is among it. */
  async noted(entry: string): Promise<string[]> {
    const response = await this.fetch(`/notes/${this.key}/until/${encodeURIComponent(entry)}`)
    return (await response.json()) as string[]
  }

  async notes(): Promise<string[]> {
    return (await (await this.fetch(`/notes/${this.key}`)).json()) as string[]
  }

  async count(): Promise<number> {
    return (await (await this.fetch(`/counts/${this.key}`)).json()) as number
  }

  /** The count once it has stopped: a handler that goes on is never seen at the same count so many times. */
  async stoppedCount(): Promise<number> {
    let last = 0
    for (let same = 0; same < 50;) {
      const now = await this.count()
      same = now > 0 && now === last ? same + 1 : 0
      last = now
    }
    return last
  }
}
