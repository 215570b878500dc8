// Tasks (WHATWG HTML 8.1.7): what runs once the running script, and every promise that it has settled, is done.
import { hasOwnTimers, nextTurn } from '../../base/index.ts'

/** Queues a task. Tasks run in the order in which they were queued. */
export function queueTask(task: () => void): void {
  if (hasOwnTimers || hasImmediate || !hasChannel) nextTurn(task)
  else postTask(task)
}

/** Resolves in a task of its own, behind all that are queued. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => queueTask(resolve))
}

const hasImmediate = Reflect.has(globalThis, 'setImmediate')
const hasChannel = Reflect.has(globalThis, 'MessageChannel')
const waiting: (() => void)[] = []
let port: MessagePort | undefined

/** A message is a task at once; a browser holds timers back for 4 ms, and in a hidden tab for a minute. */
function postTask(task: () => void): void {
  port ??= openPort()
  waiting.push(task)
  port.postMessage(undefined)
}

function openPort(): MessagePort {
  const { port1, port2 } = new MessageChannel()
  port1.addEventListener('message', () => waiting.shift()?.())
  port1.start()
  return port2
}
