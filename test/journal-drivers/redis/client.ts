// The clients that the Redis journal is tried with.
import { Cluster, Redis } from 'ioredis'
import { createClient, createCluster } from 'redis'
import type { RedisJournalClient } from '../../../src/journal-drivers/redis/index.ts'

/** A client, and how to end it. */
export interface OpenClient {
  readonly client: RedisJournalClient
  close(): void
}

/** A kind of client; it need not be connected yet. */
export interface ClientKind {
  readonly name: string
  open(port: number): OpenClient
  openCluster(port: number): Promise<OpenClient>
}

export const clientKinds: readonly [ClientKind, ...ClientKind[]] = [
  {
    name: 'ioredis',
    open: (port) => {
      const client = new Redis(port, '127.0.0.1')
      return { client, close: () => client.disconnect() }
    },
    openCluster: async (port) => {
      const client = new Cluster([{ host: '127.0.0.1', port }])
      return { client, close: () => client.disconnect() }
    },
  },
  {
    name: 'node-redis',
    open: (port) => {
      const client = createClient({ socket: { host: '127.0.0.1', port } })
      // A client that is closed while it connects rejects, and so may the test that closes it.
      client.connect().catch(() => undefined)
      return { client, close: () => client.destroy() }
    },
    openCluster: async (port) => {
      const client = createCluster({ rootNodes: [{ socket: { host: '127.0.0.1', port } }] })
      await client.connect()
      return { client, close: () => client.destroy() }
    },
  },
]
