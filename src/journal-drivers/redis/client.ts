// Wraps an ioredis or node-redis client, recognized by its methods.
import { TidingsError } from '../../base/index.ts'
import { IoRedisConnection, type IoRedisClient, type IoRedisCluster } from './ioredis.ts'
import { NodeRedisConnection, type NodeRedisClient, type NodeRedisCluster } from './node-redis.ts'
import type { Connection } from './connection.ts'

/** A client of `ioredis` or `redis`, of one server or of a cluster. */
export type RedisJournalClient = IoRedisClient | IoRedisCluster | NodeRedisClient | NodeRedisCluster

/**
 * The client as the connection that the journal uses.
 *
 * @throws TidingsError `ERR_OPTION` if it is a client of neither library
 */
export function connectionOf(client: RedisJournalClient): Connection {
  // A program without types may pass a url.
  const isObject = Object(client) === client
  if (isObject && 'evalSha' in client && 'isOpen' in client) return new NodeRedisConnection(client)
  if (isObject && 'call' in client && 'status' in client) return new IoRedisConnection(client)
  throw new TidingsError(
    'ERR_OPTION',
    'redisJournal needs a client of ioredis (new Redis()) or redis (createClient()).',
  )
}

/** Whether the client is one of a cluster, with several masters. */
export function isCluster(client: RedisJournalClient): boolean {
  return 'nodes' in client || 'masters' in client
}
