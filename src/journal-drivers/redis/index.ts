// redis: the journal in Redis, one stream per topic.
export type { RedisJournalClient } from './client.ts'
export type {
  IoRedisClient,
  IoRedisCluster,
  IoRedisCommands,
  IoRedisSubscriber,
  IoRedisSubscriberOptions,
} from './ioredis.ts'
export type {
  NodeRedisClient,
  NodeRedisCluster,
  NodeRedisCommands,
  NodeRedisNode,
  NodeRedisScriptValues,
  NodeRedisSubscriber,
  NodeRedisSubscriberOptions,
} from './node-redis.ts'
export { TidingsError, type ErrorCode } from '../../base/index.ts'
export { redisJournal, type RedisJournalOptions } from './journal.ts'
export type { ReplicaWaitOptions } from './replica-wait.ts'
