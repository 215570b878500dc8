// A TCP proxy that does to a stream what networks do, as its test tells it to.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

/** What happens to one connection's answer; nothing, where nothing is said. */
export interface Fault {
  /** Cuts the connection after so many bytes of the answer. */
  readonly cutAfterBytes?: number
  /** Passes nothing on after so many bytes, and keeps the connection. 0: accepts, and never answers. */
  readonly silentAfterBytes?: number
  /** Passes each byte on by itself. */
  readonly byteByByte?: boolean
  /** How long each piece is held up. */
  readonly delayMs?: number
}

/** A running proxy. */
export interface FaultProxy {
  readonly url: string
  /** How many connections have been made. */
  readonly connections: () => number
  /** Whether the client still holds a connection. Node's fetch makes another ahead of need when one is broken off. */
  readonly holds: (connection: number) => boolean
  /** Cuts all that there are now. */
  readonly cut: () => void
}

/** A proxy in front of `upstream` for the length of a test. `faultOf` is asked for each connection, from 0. */
export async function startFaultProxy(upstream: string, faultOf: (connection: number) => Fault): Promise<FaultProxy> {
  const { hostname, port } = new URL(upstream)
  const sockets: Socket[] = []
  const server = createServer((client) => {
    client.setNoDelay(true).on('error', () => {})
    const fault = faultOf(sockets.push(client) - 1)
    if (fault.silentAfterBytes === 0) {
      client.resume()
      return
    }
    const origin = connect(Number(port), hostname)
    origin.on('error', () => client.destroy())
    client.on('close', () => origin.destroy())
    client.pipe(origin)
    void passOn(origin, client, fault)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  const holds = (connection: number): boolean => sockets[connection]?.closed === false
  onTestFinished(() => {
    server.close()
    cut()
  })
  const address = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${address.port}`, connections: () => sockets.length, holds, cut }
}

async function passOn(origin: Socket, client: Socket, fault: Fault): Promise<void> {
  const { cutAfterBytes = Infinity, silentAfterBytes = Infinity } = fault
  const limit = Math.min(cutAfterBytes, silentAfterBytes)
  let passed = 0
  try {
    for await (const chunk of origin as AsyncIterable<Buffer>) {
      const part = chunk.subarray(0, limit - passed)
      passed += part.length
      await writeTo(client, part, fault)
      if (passed >= cutAfterBytes) return void client.resetAndDestroy()
    }
    if (silentAfterBytes === Infinity) client.end()
  } catch {
    // The origin was cut: so is the client, below.
    client.destroy()
  }
}

async function writeTo(client: Socket, bytes: Buffer, { byteByByte = false, delayMs = 0 }: Fault): Promise<void> {
  // oxlint-disable-next-line no-restricted-globals -- the fault itself: a slow network
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
  if (!byteByByte) return void client.write(bytes)
  for (const byte of bytes) {
    client.write(Uint8Array.of(byte))
    await nextTurn()
  }
}
