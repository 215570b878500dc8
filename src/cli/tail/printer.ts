// The forms that events are printed in, one of which a command line chooses.
import type { Terminal } from '../terminal/terminal.ts'
import { toEventLine } from './event-line.ts'
import { describeEvent } from './event-view.ts'
import type { TailEvent } from './tail-event.ts'

/** The text that is printed for an event; `''` for nothing. `isLines`: whether it comes from a stream of NDJSON. */
export type Printer = (event: TailEvent, isLines: boolean) => string

/** How events are printed: for people, for programs, or not at all, because their bytes have been. */
export type PrintedForm = 'view' | 'line' | 'nothing'

/** A printer of this form, whose views tell times from now on. */
export function createPrinter(form: PrintedForm, isFull: boolean, terminal: Terminal): Printer {
  if (form === 'nothing') return () => ''
  return form === 'line' ? toEventLine : createViewPrinter(isFull, terminal)
}

function createViewPrinter(isFull: boolean, { paint, columns }: Terminal): Printer {
  let before = performance.now()
  let idBefore = ''
  return (event) => {
    // Notices are told with what else happens to the connection.
    if (event.isNotice) return ''
    const now = performance.now()
    const moment = { date: new Date(), sinceMs: now - before, idBefore }
    before = now
    idBefore = event.id
    return describeEvent(event, moment, { paint, columns, isFull })
  }
}
