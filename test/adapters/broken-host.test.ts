// Middleware that has replaced a method of the response, and throws in it: one reader is cut, and nobody else notices.
import type { ServerResponse } from 'node:http'
import { expect, onTestFinished, test, vi } from 'vitest'
import { toNodeHandler } from '../../src/adapters/node/index.ts'
import { defineRoute, Server, type Finish } from '../../src/server/index.ts'
import { createGate } from '../support/time/gate.ts'
import { until } from '../support/server/asking.ts'
import { FetchReader } from '../support/server/fetch-reader.ts'
import { listen } from '../support/server/listening.ts'
import { RawClient } from '../support/server/raw-client.ts'

const flush = (): never => {
  throw new Error('no flush')
}

const breakings: Readonly<Record<string, (response: ServerResponse) => void>> = {
  write: (response) => {
    response.write = () => {
      throw new Error('no write')
    }
  },
  'a later write': (response) => {
    const write = response.write.bind(response)
    let count = 0
    const failing = (chunk: string): boolean => {
      if (count > 0) throw new Error('no later write')
      count += 1
      return write(chunk)
    }
    Object.assign(response, { write: failing })
  },
  flush: (response) => {
    // As `compression` has it, which replaces `write`, too.
    const write = response.write.bind(response)
    Object.assign(response, { write: (chunk: string) => write(chunk), flush })
  },
  end: (response) => {
    response.end = () => {
      throw new Error('no end')
    }
  },
}

test.each(Object.entries(breakings))(
  '%s that throws cuts its own reader, and no other of the same turn',
  async (_, breaks) => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => print.mockRestore())
    const gates = [createGate(), createGate()]
    const finishes: Finish[] = []
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      sse: { onEnd: 'reconnect' },
      handler: async function* () {
        yield 'first'
        await gates[0]?.opened
        yield 'second'
        await gates[1]?.opened
      },
    })
    const server = new Server([route], { onFinish: (finish) => void finishes.push(finish) })
    const handler = toNodeHandler(server)
    const { url, port } = await listen((request, response) => {
      if (request.headers['x-broken'] !== undefined) breaks(response)
      handler(request, response)
    })
    const broken = await RawClient.open(port)
    broken.request('GET /x HTTP/1.1', ['X-Broken: 1'])
    const others = [await FetchReader.open(`${url}/x`), await FetchReader.open(`${url}/x`)]
    for (const other of others) await other.until('first')
    gates[0]?.open()
    for (const other of others) await other.until('second')
    gates[1]?.open()
    for (const other of others) expect(await other.ended()).toBe('data: first\n\ndata: second\n\n')
    await broken.ended()
    await until(() => finishes.length === 3)
    expect(server.openStreams).toBe(0)
    expect(print).toHaveBeenCalled()
  },
)
