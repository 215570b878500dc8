import { expect, onTestFinished, test } from 'vitest'
import { describeWith } from '../support/component/component.ts'
import { startWorker, type FixtureProcess } from '../support/component/fixture-process.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { tryLife } from '../support/server-life/suite.ts'

const noWrite = 'workerd notices that a reader has gone when it writes to it, and not before'

describeWith('workerd', 'a request on workerd', () => {
  tryLife({
    start: () => startWorker('server-life/worker.mjs'),
    differences: {
      'aborts the signal as soon as the reader leaves, which ends what waits for it': noWrite,
      'aborts for a reader that leaves before the head': noWrite,
      'aborts for a reader that leaves a route that answers once': noWrite,
      'ends all streams properly on SIGTERM, and waits for finally': 'a worker gets no signals',
    },
  })
})

describeWith('workerd', 'a worker without enable_request_signal', () => {
  test('gives back the places of readers that were reset before the head, and advises the flag once', async () => {
    const worker = await startLimited([])
    const readers = [await ask(worker, '/silent'), await ask(worker, '/silent')]
    await expect.poll(() => openStreams(worker)).toBe(2)
    // A reset: workerd drops the request, with its timers.
    for (const reader of readers) reader.socket.resetAndDestroy()
    await expect.poll(() => statusOf(worker, '/beating')).toBe(200)
    expect(worker.output().match(/enable_request_signal/g)).toHaveLength(1)
  })

  test('sends the head with a heartbeat, which a reader that has left does not take', async () => {
    const worker = await startLimited([])
    const reader = await ask(worker, '/beating')
    expect(await reader.until('\n:\n')).toMatch(/^HTTP\/1.1 200 /)
    reader.leave()
    await expect.poll(() => openStreams(worker)).toBe(0)
  })
})

describeWith('workerd', 'a worker with enable_request_signal', () => {
  test('ends the stream of a reader that was reset before the head, and advises nothing', async () => {
    const worker = await startLimited(['enable_request_signal'])
    const reader = await ask(worker, '/silent')
    await expect.poll(() => openStreams(worker)).toBe(1)
    reader.socket.resetAndDestroy()
    await expect.poll(() => openStreams(worker)).toBe(0)
    expect(worker.output()).not.toContain('enable_request_signal')
  })

  test('notices a reader that has left before the head in peace with the first heartbeat', async () => {
    const worker = await startLimited(['enable_request_signal'])
    const readers = [await ask(worker, '/beating'), await ask(worker, '/beating')]
    for (const reader of readers) {
      // The end of the connection, without a reset: workerd does not look for it.
      reader.socket.end()
      await reader.until('\n:\n')
      reader.leave()
    }
    await expect.poll(() => openStreams(worker)).toBe(0)
  })

  test('keeps a stream in which nothing is pending, until its reader leaves', async () => {
    const worker = await startLimited(['enable_request_signal'])
    const readers = [await ask(worker, '/still'), await ask(worker, '/still')]
    await expect.poll(() => openStreams(worker)).toBe(2)
    for (const reader of readers) reader.socket.resetAndDestroy()
    await expect.poll(() => openStreams(worker), { timeout: 20_000 }).toBe(0)
  })

  test('takes a module that makes runs', async () => {
    const worker = await startLimited(['enable_request_signal'])
    expect(await (await fetch(`${worker.url}/run`)).text()).toContain('data: ran\n')
  })
})

async function startLimited(flags: readonly string[]): Promise<FixtureProcess> {
  const worker = await startWorker('server-life/limited-worker.mjs', flags)
  onTestFinished(() => worker.kill())
  return worker
}

async function ask({ port }: FixtureProcess, path: string): Promise<RawClient> {
  return (await RawClient.open(port)).request(`GET ${path} HTTP/1.1`)
}

async function openStreams({ url }: FixtureProcess): Promise<unknown> {
  return (await fetch(`${url}/open`)).json().then(({ open }: { open: number }) => open)
}

async function statusOf({ url }: FixtureProcess, path: string): Promise<number> {
  const { status, body } = await fetch(url + path)
  await body?.cancel()
  return status
}
