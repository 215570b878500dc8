// What docs/deploying.md says of Kubernetes: both nodes are replaced while they are at work, and nobody loses anything.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { describeWith } from '../support/component/component.ts'
import { startRedis } from '../support/component/redis.ts'
import { Crowd, type Reader } from '../support/deployed/crowd.ts'
import { Pod, type PodEnd } from '../support/deployed/pod.ts'
import {
  readDeployment,
  server,
  serverOverSqlite,
  slowServerOverSqlite,
  timesOf,
  writeServer,
  type Times,
} from '../support/deployed/printed.ts'
import { RollingNginx } from '../support/deployed/rolling-nginx.ts'

/**
 * What is waited for, by this, so that a rollout of minutes takes seconds. What only bounds is left as it is, and the time to be noticed is
 * divided by less than the period of probes: a busy machine is late with them, and nginx with its reload, by a second or more.
 */
const scale = 1 / 10

const printed = timesOf(readDeployment())
const times: Times = {
  ...printed,
  notReadyMs: printed.notReadyMs * scale * 2,
  spreadMs: printed.spreadMs * scale,
  probeEveryMs: (printed.probeEveryMs * scale) / 2,
}

const allSteps = Array.from({ length: 21 }, (_, step) => step * 5)

/** Starts what nodes share for the length of a test, and writes the server for it. Resolves with both addresses. */
type Engine = () => Promise<{ readonly script: string; readonly address: string }>

const onRedis: Engine = async () => {
  const redis = await startRedis()
  onTestFinished(() => redis.remove())
  return { script: writeServer('redis', server), address: `redis://127.0.0.1:${redis.port}` }
}

const onSqlite: Engine = () => overSqlite('sqlite', serverOverSqlite)

/** Its runs outlast a rollout with the times of this test. */
const slowlyOnSqlite: Engine = () => overSqlite('slow-sqlite', slowServerOverSqlite)

async function overSqlite(name: string, code: string): ReturnType<Engine> {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-rolling-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return { script: writeServer(name, code), address: join(folder, 'events.db') }
}

/** Two nodes behind nginx. */
class Deployed {
  readonly nginx: RollingNginx
  #pods: readonly Pod[]
  readonly #start: () => Promise<Pod>

  private constructor(nginx: RollingNginx, pods: readonly Pod[], start: () => Promise<Pod>) {
    this.nginx = nginx
    this.#pods = pods
    this.#start = start
  }

  static async start(engine: Engine, of: Times): Promise<Deployed> {
    const { script, address } = await engine()
    const env = { REDIS_URL: address }
    let deployed: Deployed | undefined
    const start = (): Promise<Pod> => Pod.start({ script, times: of, env, onChange: () => deployed?.route() })
    const pods = [await start(), await start()]
    for (const pod of pods) await expect.poll(() => pod.isReady, { message: pod.output }).toBe(true)
    deployed = new Deployed(await RollingNginx.start(pods.map(({ port }) => port)), pods, start)
    return deployed
  }

  /** Replaces each node, one after the other, as `maxSurge: 1` and `maxUnavailable: 0` say. */
  async roll(): Promise<PodEnd[]> {
    const ends: PodEnd[] = []
    for (const old of this.#pods) {
      const next = await this.#start()
      this.#pods = [...this.#pods, next]
      await expect.poll(() => next.isReady).toBe(true)
      ends.push(await old.terminate())
      this.#pods = this.#pods.filter((pod) => pod !== old)
    }
    return ends
  }

  route(): void {
    this.nginx.route(this.#pods.filter(({ isReady }) => isReady).map(({ port }) => port))
  }
}

interface Outcome {
  readonly crowd: Crowd
  readonly ends: readonly PodEnd[]
  readonly runs: readonly unknown[]
}

interface Load {
  readonly engine: Engine
  readonly readers: number
  /** How often both nodes are replaced. */
  readonly rolls: number
}

/** Rolls a deployment while readers read, and others publish and start runs. */
async function rollUnder({ engine, readers, rolls }: Load, of: Times = times): Promise<Outcome> {
  const deployed = await Deployed.start(engine, of)
  const crowd = await gather(deployed, readers)
  // oxlint-disable-next-line no-restricted-globals -- The pace of a load.
  const starting = setInterval(() => crowd.startRun(), 500)
  const ends: PodEnd[] = []
  for (let roll = 0; roll < rolls; roll += 1) ends.push(...(await deployed.roll()))
  clearInterval(starting)
  await crowd.stopPublishing()
  return { crowd, ends, runs: await Promise.all(crowd.runs) }
}

/** Readers who have all begun to read, and publishers. */
async function gather({ nginx }: Deployed, readers: number): Promise<Crowd> {
  const crowd = new Crowd(nginx.url)
  onTestFinished(() => crowd.close())
  for (let count = 0; count < readers / 2; count += 1) {
    crowd.addEventSource()
    crowd.addStream()
  }
  await expect.poll(() => crowd.readers.every(({ opened }) => opened > 0)).toBe(true)
  for (let count = 0; count < 3; count += 1) crowd.addPublisher(100)
  return crowd
}

/** Nothing was lost, doubled or refused, and every node has ended by itself. Returns how often readers reconnected. */
async function expectNothingLost({ crowd, ends, runs }: Outcome): Promise<number> {
  const { readers, published, refused } = crowd
  expect(refused).toEqual([])
  const behind = (): object[] => readers.filter(({ got }) => got.length < published).map(accountOf)
  await expect.poll(behind, { timeout: 60_000 }).toEqual([])
  expect(readers.map(({ failure }) => failure)).toEqual(readers.map(() => undefined))
  const order = readers[0]?.got ?? []
  expect(new Set(order)).toEqual(new Set(Array.from({ length: published }, (_, n) => n)))
  expect(order).toHaveLength(published)
  for (const { got } of readers) expect(got).toEqual(order)
  for (const steps of runs) expect(steps).toEqual(allSteps)
  expect(ends).toEqual(ends.map(() => ({ code: 0, signal: null })))
  return readers.reduce((sum, { opened }) => sum + opened - 1, 0)
}

function accountOf({ got, opened, failure }: Reader): object {
  return { events: got.length, opened, failure: String(failure) }
}

const title = 'are replaced under load, and no event, run or request is lost or doubled'

describeWith('nginx', 'two nodes behind nginx as printed, by the times of the manifest', () => {
  describeWith('redis-server', 'over Redis', () => {
    test(title, async ({ annotate }) => {
      const startedAt = performance.now()
      const outcome = await rollUnder({ engine: onRedis, readers: 100, rolls: 2 })
      const reconnects = await expectNothingLost(outcome)
      const { crowd, ends, runs } = outcome
      expect(ends).toHaveLength(4)
      expect(reconnects).toBeGreaterThanOrEqual(crowd.readers.length)
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
      await annotate(`${crowd.published} events, ${runs.length} runs, ${reconnects} reconnects, ${seconds} s`)
    })
  })

  test(`over SQLite ${title}`, async () => {
    await expectNothingLost(await rollUnder({ engine: onSqlite, readers: 40, rolls: 1 }))
  })
})

describeWith('nginx', 'two nodes with times that do not fit', () => {
  const few: Load = { engine: onSqlite, readers: 2, rolls: 1 }

  test('refuse requests where the load balancer has no time to notice', async () => {
    const { crowd } = await rollUnder(few, { ...times, notReadyMs: 0 })
    expect(crowd.refused).toContain(502)
  })

  test('cut runs short that have no time to finish', async () => {
    const deployed = await Deployed.start(slowlyOnSqlite, { ...times, spreadMs: 0, drainMs: times.notReadyMs })
    const crowd = await gather(deployed, 2)
    // While there are no others yet, on one of the two nodes that are replaced.
    crowd.startRun()
    await expect.poll(() => crowd.runStreams).toBeGreaterThan(0)
    await deployed.roll()
    await crowd.stopPublishing()
    expect(crowd.refused).toEqual([])
    expect(await Promise.all(crowd.runs)).toMatchObject([{ code: 'ERR_STREAM_FAILED', data: { error: 'interrupted' } }])
  })

  test('are killed where the grace time is too short, and their readers still lose no event', async () => {
    const { crowd, ends } = await rollUnder(few, { ...times, graceMs: times.notReadyMs })
    expect(ends).toContainEqual({ code: null, signal: 'SIGKILL' })
    await expect
      .poll(() => crowd.readers.every(({ got }) => got.length >= crowd.published - crowd.refused.length))
      .toBe(true)
    for (const { got } of crowd.readers) expect(new Set(got).size).toBe(got.length)
  })
})
