// `<tidings-inspector>`: a view of streams.
import { describeValue, TidingsError } from '../base/index.ts'
import { Inspection, isInspectorRecord, type InspectedStream, type InspectorRecord } from '../inspector-model/index.ts'
import { adoptStyles } from './style/sheet.ts'
import { InspectorView } from './view/inspector-view.ts'

/** On a server there are no elements: the class can be imported there, and nothing is made of it. */
const Base: typeof HTMLElement = Reflect.get(globalThis, 'HTMLElement') ?? Object

/** Replays a stream to a client. A rejection is shown. */
export type ReplayStream = (stream: InspectedStream) => void | Promise<void>

/** How often it is drawn at most, and how often at least while a stream is open; in ms. */
const drawnAtMostEveryMs = 100
const drawnAtLeastEveryMs = 1000

/**
 * A view of streams: a list of them, the events of one, and topics, runs and journals where they are told of. It shows
 * the records that it is given by {@link TidingsInspectorElement.add}, or an inspection.
 */
export class TidingsInspectorElement extends Base {
  #inspection: Inspection = new Inspection()
  #view: InspectorView | undefined
  #onReplay: ReplayStream | undefined
  #notice = ''
  #isScheduled = false
  #drawnAt = 0
  #clock: ReturnType<typeof setInterval> | undefined

  /** What is shown. Another one may be set; one that was changed from outside is shown by {@link refresh}. */
  get inspection(): Inspection {
    return this.#inspection
  }
  set inspection(inspection: Inspection) {
    if (!(inspection instanceof Inspection))
      throw new TidingsError('ERR_OPTION', `inspection must be an Inspection, not ${describeValue(inspection)}.`)
    this.#inspection = inspection
    this.refresh()
  }

  /** Replays a stream to a client. Streams can be replayed if it is set. */
  get onReplay(): ReplayStream | undefined {
    return this.#onReplay
  }
  set onReplay(onReplay: ReplayStream | undefined) {
    this.#onReplay = onReplay
    if (this.#view !== undefined) this.#view.canReplay = onReplay !== undefined
  }

  /** What is said below, in red, such as that there is no connection. Default `''`: nothing. */
  get notice(): string {
    return this.#notice
  }
  set notice(notice: string) {
    this.#notice = notice
    if (this.#view !== undefined) this.#view.notice = notice
  }

  /** Folds a record in, and shows it soon. Throws `ERR_OPTION` for what is no record. */
  add(record: InspectorRecord): void {
    if (!isInspectorRecord(record))
      throw new TidingsError('ERR_OPTION', `An inspector takes its records, not ${describeValue(record)}.`)
    this.#inspection.add(record)
    this.refresh()
  }

  /** Shows soon what has changed in the inspection; at most ten times a second, and only while the page is seen. */
  refresh(): void {
    if (this.#isScheduled || this.#view === undefined) return
    this.#isScheduled = true
    const waitMs = Math.max(0, this.#drawnAt + drawnAtMostEveryMs - performance.now())
    setTimeout(() => requestAnimationFrame(() => this.#draw()), waitMs)
  }

  /** Called by the browser. */
  connectedCallback(): void {
    if (this.#view !== undefined) return
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' })
    adoptStyles(root)
    this.#view = new InspectorView({
      inspection: () => this.#inspection,
      onClear: () => this.#inspection.clear(),
      onReplay: async (stream) => this.#onReplay?.(stream),
    })
    this.#view.canReplay = this.#onReplay !== undefined
    this.#view.notice = this.#notice
    root.append(this.#view.element)
    this.#view.update()
    this.#clock = setInterval(() => this.#tick(), drawnAtLeastEveryMs)
  }

  /** Called by the browser. */
  disconnectedCallback(): void {
    clearInterval(this.#clock)
    this.#view?.dispose()
    this.#view = undefined
  }

  /** Rates and durations change though nothing is told. */
  #tick(): void {
    if (this.#inspection.streams.some(({ state }) => state !== 'ended')) this.refresh()
  }

  #draw(): void {
    this.#isScheduled = false
    this.#drawnAt = performance.now()
    this.#view?.update()
  }
}
