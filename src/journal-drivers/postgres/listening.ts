// One connection that runs LISTEN and is checked by a heartbeat.
import type { PostgresNotification } from './pool.ts'
import { release, type PostgresServer } from './server.ts'

/** The options of {@link openListening}. */
export interface ListeningOptions {
  readonly channel: string
  /** The timeout for connecting, and for each answer. */
  readonly timeoutMs: number
  readonly onPayload: (payload: string, processId: number | undefined) => void
  /** Called once, when the connection is lost after it was open. */
  readonly onLost: () => void
}

/** How often a statement is sent: without one, a connection dropped by a firewall looks like a quiet database. */
const heartbeatMs = 30_000

/** Resolves once the connection listens, with the function that closes it. */
export async function openListening(server: PostgresServer, options: ListeningOptions): Promise<() => void> {
  const { channel, timeoutMs, onPayload, onLost } = options
  const deadline = performance.now() + timeoutMs
  const client = await server.connect(deadline)
  let heartbeat: ReturnType<typeof setInterval> | undefined
  let isOver = false
  const close = (): void => {
    if (isOver) return
    isOver = true
    clearInterval(heartbeat)
    release(client, true)
  }
  const lose = (): void => {
    if (isOver) return
    close()
    if (heartbeat !== undefined) onLost()
  }
  client.on('error', lose)
  client.on('end', lose)
  client.on('notification', ({ channel: notified, payload, processId }: PostgresNotification) => {
    if (!isOver && notified === channel && payload !== undefined) onPayload(payload, processId)
  })
  try {
    await server.queryOn(client, deadline, `listen "${channel}"`)
  } catch (error) {
    close()
    throw error
  }
  const beat = (): void => void server.queryOn(client, performance.now() + timeoutMs, 'select 1').catch(lose)
  heartbeat = setInterval(beat, heartbeatMs)
  heartbeat.unref()
  return close
}
