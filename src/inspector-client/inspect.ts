// inspect(): begins to watch the streams of a page, and shows them.
import { checkOptions, oneOf, typed, wholeNumber, type OptionChecks } from '../base/index.ts'
import { Inspection, type InspectorRecord } from '../inspector-model/index.ts'
import { watchFetch, type Tell } from '../inspector-watch/index.ts'
import { printRecord } from './console.ts'
import { watchEventSource } from './event-source.ts'
import { isOwnMachine } from './own-machine.ts'
import { Panel } from './panel/panel.ts'
import { parseShortcut } from './shortcut.ts'

/** Options of {@link inspect}. */
export interface InspectOptions {
  /** Where streams are shown: in a panel in the page, or in the console. Default `'panel'`. */
  readonly show?: 'panel' | 'console' | undefined
  /** Whether the panel is open from the beginning. Default false: its button is shown. */
  readonly open?: boolean | undefined
  /** The key that shows and hides the panel. Default `'Alt+Shift+S'`; `false` for none. */
  readonly key?: string | false | undefined
  /** How many events are kept of a stream. Default 1,000; all streams together keep at most 64 MiB. */
  readonly eventsPerStream?: number | undefined
  /**
   * Whether a page is inspected that comes from any host. Default false: only one of this machine or of a private network is,
   * so that no visitor of a site sees the inspector because it was forgotten there.
   */
  readonly anyHost?: boolean | undefined
}

const checkString = typed('string')

const optionChecks: OptionChecks<InspectOptions> = {
  show: oneOf(['panel', 'console']),
  open: typed('boolean'),
  key: (name, value) => value !== false && checkString(name, value),
  eventsPerStream: wholeNumber(),
  anyHost: typed('boolean'),
}

/** What is running in this page, also for other copies of this package. */
const runningKey: unique symbol = Symbol.for('tidings.inspector.client')

interface Running {
  users: number
  readonly stop: () => void
}

/**
 * Shows every stream that the page reads from now on: answers of `fetch` that are SSE or NDJSON, from any server, and those
 * of the browser's own `EventSource`. Returns a function that undoes it. A second call while one is running shows the same
 * panel, and it is undone once both are. Where there is no page, as on a server, nothing happens.
 *
 * Answers that are no streams are left as they are. The body of a stream passes through a copy that reads nothing ahead.
 *
 * Throws `ERR_OPTION` for an option that does not exist, or whose value cannot work.
 *
 * @example
 * import { inspect } from 'tidings/inspector/client'
 *
 * const stop = inspect()
 * stop()
 */
export function inspect(options: InspectOptions = {}): () => void {
  checkOptions('inspect', options, optionChecks)
  const { key = 'Alt+Shift+S' } = options
  const shortcut = key === false ? undefined : { keys: parseShortcut(key), title: key }
  if (Reflect.get(globalThis, 'document') === undefined || !isAllowed(options)) return () => {}
  const running = findRunning() ?? start(options, shortcut)
  running.users += 1
  let isStopped = false
  return () => {
    if (isStopped) return
    isStopped = true
    running.users -= 1
    if (running.users > 0) return
    Reflect.deleteProperty(globalThis, runningKey)
    running.stop()
  }
}

function isAllowed({ anyHost = false }: InspectOptions): boolean {
  if (anyHost || isOwnMachine(location.hostname)) return true
  console.info(
    `[tidings] inspect() does nothing on ${location.hostname}, which is not this machine. inspect({ anyHost: true }) shows streams there, to everybody.`,
  )
  return false
}

function findRunning(): Running | undefined {
  const running: Running | undefined = Reflect.get(globalThis, runningKey)
  return running
}

function start(options: InspectOptions, shortcut: ConstructorParameters<typeof Panel>[0]['shortcut']): Running {
  const inspection = new Inspection({ eventsPerStream: options.eventsPerStream ?? 1000 })
  const isPanel = options.show !== 'console'
  const panel = isPanel ? new Panel({ inspection, shortcut, isOpen: options.open ?? false }) : undefined
  const tell: Tell = (record: InspectorRecord) => {
    try {
      inspection.add(record)
      if (panel === undefined) printRecord(record, inspection)
      else panel.refresh()
    } catch (error) {
      // A fault of the inspector is none of the page's streams.
      console.error('[tidings] inspect():', error)
    }
  }
  const [leaveFetch, leaveEventSource] = [watchFetch(tell), watchEventSource(tell)]
  const stop = (): void => {
    leaveFetch()
    leaveEventSource()
    panel?.remove()
  }
  const running: Running = { users: 0, stop }
  Reflect.set(globalThis, runningKey, running)
  return running
}
