// The clients held to account: one suite of cases for every runtime, run case by case.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientCases } from './cases.mjs'
import { startScript, type FixtureProcess } from '../component/fixture-process.ts'

/** Something that runs cases. */
export interface ClientRunner {
  /** Where it takes cases; left out when it asks the control for them. */
  readonly url?: string
  kill(): Promise<void>
}

/** A runtime that the suite is run on. */
export interface ClientRuntime {
  readonly start: (control: string) => Promise<ClientRunner>
  /** Has an `EventSource` of its own, which our server is held to account by. */
  readonly hasEventSource?: boolean
  /** The cases that this runtime cannot pass, each with the reason; of its own EventSource: `native ` before the name. */
  readonly differences?: Readonly<Record<string, string>>
}

interface CaseOrder {
  readonly name: string
  readonly face: 'tidings' | 'native'
}

const orders: readonly CaseOrder[] = clientCases.flatMap(({ name }): CaseOrder[] =>
  name.startsWith('EventSource')
    ? [
        { name, face: 'native' },
        { name, face: 'tidings' },
      ]
    : [{ name, face: 'tidings' }],
)

/** Registers every case as a test. The server and the runtime are started once for all of them. */
export function tryClients({ start, hasEventSource = false, differences = {} }: ClientRuntime): void {
  let server: FixtureProcess
  let runner: ClientRunner

  beforeAll(async () => {
    server = await startScript(process.execPath, [], 'client-life/server.mjs')
    runner = await start(server.url)
  })
  afterAll(async () => {
    await runner?.kill()
    await server?.kill()
  })

  for (const order of orders) {
    if (order.face === 'native' && !hasEventSource) continue
    const title = order.face === 'native' ? `native ${order.name}` : order.name
    const difference = differences[title]
    if (difference !== undefined) test.skip(`${title} (${difference})`)
    else test(title, async () => expect(await failureOf(order, server.url, runner)).toBe(''))
  }
}

/** The text of what went wrong, or nothing. */
async function failureOf(order: CaseOrder, control: string, runner: ClientRunner): Promise<string> {
  const subject = await (await fetch(`${control}/subject`)).text()
  const body = JSON.stringify({ ...order, key: randomUUID(), control, subject })
  const response = await fetch(runner.url ?? `${control}/run`, { method: 'POST', body })
  const { error = '' } = (await response.json()) as { error?: string }
  return error
}
