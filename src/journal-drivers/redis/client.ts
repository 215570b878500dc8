// Which client it is, by its shape.
import { TidingsError } from '../../base/index.ts'
import { IoRedisConnection, type IoRedisClient, type IoRedisCluster } from './ioredis.ts'
import { NodeRedisConnection, type NodeRedisClient, type NodeRedisCluster } from './node-redis.ts'
import type { Connection } from './connection.ts'

/** A client of `ioredis` or `redis`, of one server or of a cluster. */
export type RedisJournalClient = IoRedisClient | IoRedisCluster | NodeRedisClient | NodeRedisCluster

/**
 * Finds out which client it is, and wraps it.
 *
 * @throws TidingsError `ERR_OPTION` for what is neither.
 */
export function connectionOf(client: RedisJournalClient): Connection {
  if ('evalSha' in client && 'isOpen' in client) return new NodeRedisConnection(client)
  if ('call' in client && 'status' in client) return new IoRedisConnection(client)
  throw new TidingsError(
    'ERR_OPTION',
    'redisJournal needs a client of ioredis (new Redis()) or redis (createClient()).',
  )
}

/** Whether there are several masters behind it. */
export function isCluster(client: RedisJournalClient): boolean {
  return 'nodes' in client || 'masters' in client
}
