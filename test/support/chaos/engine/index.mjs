// The engines of a chaos run, by name: started for the run, and ended with it.
import { startPostgres } from './postgres.mjs'
import { startRedis } from './redis.mjs'
import { startSqlite } from './sqlite.mjs'

/**
 * Starts an engine. `at` is where its clients find it; `stop()` ends it and removes everything. What else it has are the
 * faults that it can have:
 *
 * - `restart()` kills all of its processes, and starts it again with what it has stored.
 * - `suspend()` holds it until `resume()`: it answers nothing.
 * - `cutFeeds()` breaks the connections that bring hints.
 * - `flush()` deletes everything.
 * - `takeSnapshot()` resolves with a function that brings this state back, and loses what has come since.
 * - `startReplica()` resolves when a replica has everything and gets no more, with a function that puts it in the engine's place.
 */
export const engines = { redis: startRedis, postgres: startPostgres, sqlite: startSqlite }
