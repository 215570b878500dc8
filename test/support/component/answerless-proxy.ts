// A TCP proxy that brings every request and may keep the answers: what was asked is done, and nobody learns of it.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A running proxy. */
export interface AnswerlessProxy {
  readonly port: number
  /** Keeps all answers from now on. */
  holdAnswers(): void
  /** Cuts all connections; new ones get their answers. */
  cut(): void
}

/** A proxy in front of a port of this machine, for the length of a test. */
export async function startAnswerlessProxy(upstreamPort: number): Promise<AnswerlessProxy> {
  const sockets = new Set<Socket>()
  let isHolding = false
  const server = createServer((client) => {
    const origin = connect(upstreamPort, '127.0.0.1')
    for (const [one, other] of [
      [client, origin],
      [origin, client],
    ] as const) {
      sockets.add(one)
      one.setNoDelay(true).on('error', () => other.destroy())
      one.on('close', () => sockets.delete(one) && other.destroy())
    }
    client.pipe(origin)
    origin.on('data', (answer: Buffer) => isHolding || client.write(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = (): void => {
    isHolding = false
    for (const socket of sockets) socket.destroy()
  }
  onTestFinished(() => {
    server.close()
    cut()
  })
  const address = server.address() as AddressInfo
  return {
    port: address.port,
    holdAnswers: () => {
      isHolding = true
    },
    cut,
  }
}
