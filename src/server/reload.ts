// What outlives an edit in development, and what ends with it: a development server evaluates a module again after each
// edit, in the same process, and forgets nothing of what the module has started before.

/** Values and ends by name; on `globalThis`, because this module may be evaluated again as well. */
interface Reloads {
  readonly kept: Map<string, unknown>
  readonly ends: Map<string, () => unknown>
}

const key = Symbol.for('tidings.reload')

/**
 * What `make` returned when this was first called with `name`, in the same process: for what must survive an edit of the
 * module that makes it, such as channels, whose topics would be split in two.
 *
 * @example
 * import { keepOnReload } from 'tidings'
 * import { createChannels } from 'tidings/channel'
 *
 * export const channels = keepOnReload('channels', () => createChannels())
 */
export function keepOnReload<Value>(name: string, make: () => Value): Value {
  const { kept } = reloads()
  if (!kept.has(name)) kept.set(name, make())
  // The name stands for the type: nobody else writes here.
  return kept.get(name) as Value
}

/**
 * Calls `end` when this is called with `name` again: when the module that calls it has been edited. With
 * `NODE_ENV=production` nothing is called, because a framework that evaluates a module twice there uses both.
 *
 * @example
 * import { defineRoutes, onReload, Server } from 'tidings'
 *
 * export const server = new Server(defineRoutes([]))
 * onReload('server', () => server.close()) // its readers reconnect, to the new code
 */
export function onReload(name: string, end: () => unknown): void {
  if (isProduction()) return
  const { ends } = reloads()
  const before = ends.get(name)
  ends.set(name, end)
  if (before !== undefined) void callEnd(before)
}

async function callEnd(end: () => unknown): Promise<void> {
  try {
    await end()
  } catch (error) {
    console.error(error)
  }
}

function reloads(): Reloads {
  const found: unknown = Reflect.get(globalThis, key)
  if (isReloads(found)) return found
  const made: Reloads = { kept: new Map(), ends: new Map() }
  Reflect.set(globalThis, key, made)
  return made
}

function isReloads(value: unknown): value is Reloads {
  return typeof value === 'object' && value !== null && 'kept' in value && 'ends' in value
}

/** Whether this is no development: the environment says `NODE_ENV=production`. */
export function isProduction(): boolean {
  return environmentName() === 'production'
}

/** Whether the environment says that this is no production: `NODE_ENV` is `development` or `test`. */
export function isDevelopment(): boolean {
  return ['development', 'test'].includes(String(environmentName()))
}

function environmentName(): unknown {
  const environment: unknown = Reflect.get(Object(Reflect.get(globalThis, 'process')), 'env')
  return Reflect.get(Object(environment), 'NODE_ENV')
}
