// Another client of an engine, which asks it for next to nothing: how long it waits while others read.
import { setTimeout as sleep } from 'node:timers/promises'

const connectors = { redis: connectRedis, postgres: connectPostgres }
const pauseMs = 2

/**
 * Connects to an engine, and asks it again and again until `close()`. `take()` returns the longest wait in milliseconds
 * since it was last called; and the longest that a timer of this process was late, for a process that does not get a core
 * waits longer, too.
 */
export async function startBystander(name, port) {
  const { ask, close } = await connectors[name](port)
  const state = { longest: 0, late: 0, since: undefined, isOver: false }
  const running = askOn(ask, state)
  return {
    take: () => {
      const underWay = state.since === undefined ? 0 : performance.now() - state.since
      const result = { longest: Math.max(state.longest, underWay), late: state.late }
      Object.assign(state, { longest: 0, late: 0 })
      return result
    },
    close: async () => {
      state.isOver = true
      await running
      await close()
    },
  }
}

async function askOn(ask, state) {
  while (!state.isOver) {
    state.since = performance.now()
    await ask()
    state.longest = Math.max(state.longest, performance.now() - state.since)
    state.since = undefined
    const asleep = performance.now()
    await sleep(pauseMs)
    state.late = Math.max(state.late, performance.now() - asleep - pauseMs)
  }
}

async function connectRedis(port) {
  const { Redis } = await import('ioredis')
  const client = new Redis({ port, host: '127.0.0.1' })
  return { ask: () => client.ping(), close: () => client.quit() }
}

async function connectPostgres(port) {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ port, host: '127.0.0.1', user: 'postgres', database: 'postgres' })
  await client.connect()
  return { ask: () => client.query('select 1'), close: () => client.end() }
}
