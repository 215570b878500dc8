// The proxies' configurations that docs/deploying.md prints: both nodes behind one are down at once, and no reader loses an event.
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createChannels, type Topic } from '../../src/channel/index.ts'
import { EventSource, stream } from '../../src/client/index.ts'
import { sqliteJournal } from '../../src/journal-drivers/sqlite/index.ts'
import { browsers } from '../support/component/browser.ts'
import { describeWith } from '../support/component/component.ts'
import { startScript, type FixtureProcess } from '../support/component/fixture-process.ts'
import { freePort } from '../support/component/free-port.ts'
import { printed, startPrintedProxy, type ProxyName } from '../support/component/printed-proxy.ts'

/** What a reader was told, in order: `open`, `reconnecting`, `closed`, and the data of each event. */
type Log = string[]

/** Two nodes that share a journal, and a topic in it that this process publishes to. */
class Nodes {
  readonly #file: string
  readonly #ports: readonly number[]
  readonly #topic: Topic
  #running: readonly FixtureProcess[] = []
  #published = 0

  private constructor(file: string, ports: readonly number[], topic: Topic) {
    this.#file = file
    this.#ports = ports
    this.#topic = topic
  }

  static async start(): Promise<Nodes> {
    const folder = mkdtempSync(join(tmpdir(), 'tidings-restart-'))
    const file = join(folder, 'events.db')
    const journal = sqliteJournal(file)
    const channels = createChannels({ journal })
    const nodes = new Nodes(file, [await freePort(), await freePort()], channels.topic('counted'))
    onTestFinished(async () => {
      for (const node of nodes.#running) await node.kill()
      await channels.close()
      await journal.close()
      rmSync(folder, { recursive: true, force: true })
    })
    await channels.ready()
    await nodes.start()
    return nodes
  }

  async start(): Promise<void> {
    const starting = this.#ports.map((port) =>
      startScript(process.execPath, [], 'proxy/node.mjs', [this.#file, String(port)]),
    )
    this.#running = await Promise.all(starting)
  }

  /** Stops the first as a deployment does, and kills the second. */
  async stop(): Promise<void> {
    const [first, second] = this.#running
    await Promise.all([first?.terminate(), second?.kill()])
  }

  async publish(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      await this.#topic.publish({ n: this.#published })
      this.#published += 1
    }
  }

  /** Starts the proxy in front of them. */
  async behind(name: ProxyName, configuration: string): Promise<string> {
    const [first, second] = this.#ports
    return startPrintedProxy(name, configuration.replaceAll('3001', String(first)).replaceAll('3002', String(second)))
  }
}

const toEvents = (count: number): Log => Array.from({ length: count }, (_, n) => `{"n":${n}}`)
const eventsOf = (log: Log): Log => log.filter((entry) => entry.startsWith('{'))
const timesOpened = (log: Log): number => log.filter((entry) => entry === 'open').length

function readWithEventSource(proxy: string): Log {
  const log: Log = []
  const source = new EventSource(`${proxy}/feed`)
  onTestFinished(() => source.close())
  source.addEventListener('open', () => log.push('open'))
  source.addEventListener('error', () => log.push(source.readyState === source.CLOSED ? 'closed' : 'reconnecting'))
  source.addEventListener('message', ({ data }) => log.push(data))
  return log
}

function readWithStream(proxy: string): Log {
  const log: Log = []
  const retry = { attempts: 1000, minMs: 50, maxMs: 500 }
  const events = stream(`${proxy}/feed`, { as: 'text', retry, onOpen: () => log.push('open') })
  onTestFinished(() => events.close())
  const reading = async (): Promise<void> => {
    for await (const { data } of events) log.push(String(data))
  }
  reading().then(
    () => log.push('closed'),
    (error: unknown) => log.push(String(error)),
  )
  return log
}

/** Opens the nodes' page in Chromium. The page reports to a server of its own, because the nodes are down at times. */
async function readWithChromium(proxy: string): Promise<Log> {
  const log: Log = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      log.push(body)
      response.end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const browser = await browsers.Chromium(`${proxy}/page?to=http://127.0.0.1:${port}`)
  onTestFinished(async () => {
    await browser.kill()
    server.closeAllConnections()
    server.close()
  })
  return log
}

/** Publishes 74 events, 20 of them while both nodes are down; `sources` are the readers that open the proxy's own answers. */
async function restart(nodes: Nodes, readers: readonly Log[], sources: readonly Log[], whileDown = async () => {}) {
  await nodes.publish(20)
  for (const log of readers) await expect.poll(() => eventsOf(log)).toHaveLength(20)
  await nodes.stop()
  const openedBefore = sources.map(timesOpened)
  await nodes.publish(20)
  for (const [index, log] of sources.entries())
    await expect.poll(() => timesOpened(log)).toBeGreaterThan((openedBefore[index] ?? 0) + 1)
  await whileDown()
  await nodes.start()
  await nodes.publish(34)
  for (const log of readers) await expect.poll(() => eventsOf(log).length).toBeGreaterThanOrEqual(74)
}

async function expectOwnError(proxy: string): Promise<void> {
  const { status, headers } = await fetch(`${proxy}/page`)
  expect([502, 503, 504]).toContain(status)
  expect(headers.get('content-type') ?? '').not.toContain('text/event-stream')
}

for (const name of ['apache2', 'caddy', 'haproxy', 'nginx', 'varnish'] as const) {
  describeWith(name, `two nodes that are down at once, behind ${name} as printed`, () => {
    test('lose and double no event of an EventSource and of stream()', async () => {
      const nodes = await Nodes.start()
      const proxy = await nodes.behind(name, printed[name])
      const source = readWithEventSource(proxy)
      const iterated = readWithStream(proxy)
      await restart(nodes, [source, iterated], [source], () => expectOwnError(proxy))
      expect(eventsOf(source)).toEqual(toEvents(74))
      expect(eventsOf(iterated)).toEqual(toEvents(74))
      expect([...source, ...iterated]).not.toContain('closed')
    })

    describeWith('chromium', 'in a browser', () => {
      test('lose and double no event of the EventSource of Chromium', async () => {
        const nodes = await Nodes.start()
        const log = await readWithChromium(await nodes.behind(name, printed[name]))
        await restart(nodes, [log], [log])
        expect(eventsOf(log)).toEqual(toEvents(74))
        expect(log).not.toContain('closed')
      })
    })
  })
}

// What turns the proxy's own error into an empty stream, taken out of the configuration.
const controls = [
  { name: 'apache2', removed: /^.*ErrorDocument.*\n/gm, by: '' },
  { name: 'nginx', removed: /^.*error_page.*\n/m, by: '' },
  { name: 'haproxy', removed: /^.*use_backend.*\n/m, by: '' },
  { name: 'caddy', removed: /" 200$/m, by: '" 502' },
  { name: 'varnish', removed: /set beresp.status = 200;/, by: '' },
] as const

for (const { name, removed, by } of controls) {
  describeWith(name, `two nodes that are down at once, behind ${name} without its answer to an EventSource`, () => {
    test('lose the reader: its EventSource closes', async () => {
      expect(printed[name]).toMatch(removed)
      const nodes = await Nodes.start()
      const log = readWithEventSource(await nodes.behind(name, printed[name].replace(removed, by)))
      await nodes.publish(13)
      await expect.poll(() => eventsOf(log)).toHaveLength(13)
      await nodes.stop()
      await expect.poll(() => log.at(-1)).toBe('closed')
      expect(eventsOf(log)).toEqual(toEvents(13))
    })
  })
}
