// redis: the journal in Redis.
export type { RedisJournalClient } from './client.ts'
export type {
  IoRedisClient,
  IoRedisCluster,
  IoRedisCommands,
  IoRedisSubscriber,
  IoRedisSubscriberOptions,
} from './client-ioredis.ts'
export type {
  NodeRedisClient,
  NodeRedisCluster,
  NodeRedisCommands,
  NodeRedisNode,
  NodeRedisScriptValues,
  NodeRedisSubscriber,
  NodeRedisSubscriberOptions,
} from './client-node-redis.ts'
export { redisJournal, type RedisJournalOptions } from './redis-journal.ts'
export type { ReplicaWaitOptions } from './replica-wait.ts'
