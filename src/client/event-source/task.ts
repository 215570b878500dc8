// Tasks (WHATWG HTML 8.1.7): callbacks that run after the current script and its microtasks.
import { hasOwnTimers, nextTurn } from '../../base/index.ts'

/** Queues a task. Tasks run in the order in which they were queued. */
export function queueTask(task: () => void): void {
  if (hasOwnTimers || hasImmediate || !hasChannel) nextTurn(task)
  else postTask(task)
}

/** Resolves in a task of its own, after all tasks queued before. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => queueTask(resolve))
}

const hasImmediate = Reflect.has(globalThis, 'setImmediate')
const hasChannel = Reflect.has(globalThis, 'MessageChannel')
const queued: (() => void)[] = []
let port: MessagePort | undefined

/** Queues a task by a message: no delay, where a browser delays timers by 4 ms, and in a hidden tab by a minute. */
function postTask(task: () => void): void {
  port ??= openPort()
  queued.push(task)
  port.postMessage(undefined)
}

function openPort(): MessagePort {
  const { port1, port2 } = new MessageChannel()
  port1.addEventListener('message', () => queued.shift()?.())
  port1.start()
  return port2
}
