// One connection that listens.
import type { PostgresNotification } from './pool.ts'
import { release, type PostgresServer } from './server.ts'

/** What a connection that listens is opened with. */
export interface ListeningOptions {
  readonly channel: string
  /** How long an answer is waited for. */
  readonly timeoutMs: number
  readonly onPayload: (payload: string) => void
  /** Called once, when a connection that was open ends by itself. */
  readonly onLost: () => void
}

/** A connection that a firewall has dropped says nothing, and neither does a quiet database: so it is asked. */
const heartbeatMs = 30_000

/** Resolves once whatever is notified from now on will be heard, with the function that closes the connection. */
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
  client.on('notification', ({ channel: heard, payload }: PostgresNotification) => {
    if (!isOver && heard === channel && payload !== undefined) onPayload(payload)
  })
  try {
    await server.askOn(client, deadline, `listen "${channel}"`)
  } catch (error) {
    close()
    throw error
  }
  const beat = (): void => void server.askOn(client, performance.now() + timeoutMs, 'select 1').catch(lose)
  heartbeat = setInterval(beat, heartbeatMs)
  heartbeat.unref()
  return close
}
