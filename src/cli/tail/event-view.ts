// One event for people: when, how long after the one before, its name and id, and its data, folded to a few lines.
import { compactJson, indentJson, isJson, paintJson } from '../data/json-text.ts'
import { describeBytes, describeClock, describeMs } from '../terminal/duration.ts'
import type { Paint } from '../terminal/paint.ts'
import { escapeControls, widthOf, wrapText } from '../terminal/visible.ts'
import type { TailEvent } from './tail-event.ts'

/** How events are shown. */
export interface EventStyle {
  readonly paint: Paint
  /** The width of the terminal; `undefined` outside of one, where nothing is folded. */
  readonly columns: number | undefined
  /** Whether all data is shown, and JSON indented. */
  readonly isFull: boolean
}

/** When an event came. */
export interface EventMoment {
  readonly date: Date
  /** How long after the event before it, or after the connection. */
  readonly sinceMs: number
  /** The id of the event before it, which is not shown again. */
  readonly idBefore: string
}

/** The lines that data is folded to. */
const foldedLines = 3

/** The text of one event, with its line break. */
export function describeEvent(event: TailEvent, moment: EventMoment, style: EventStyle): string {
  const { paint, columns = Infinity, isFull } = style
  const head = headOf(event, moment)
  const isData = isJson(event.text) && /^\s*[{["]/.test(event.text)
  const text = dataOf(event.text, isData, isFull)
  const paintAll = (lines: readonly string[]): readonly string[] => (isData ? paintJson(lines, paint) : lines)
  const title = paintHead(head, event, paint)
  if (!text.includes('\n') && widthOf(Object.values(head).join('  ')) + 2 + widthOf(text) <= columns)
    return `${title}  ${paintAll([text]).join('')}\n`
  const { lines, hidden } = isFull || columns === Infinity ? unfolded(text) : fold(text, columns - 2)
  const rest = hidden === 0 ? [] : [paint.dim(`... ${describeBytes(hidden)} more: --full`)]
  return [title, ...[...paintAll(lines), ...rest].map((line) => `  ${line}`), ''].join('\n')
}

interface EventHead {
  readonly clock: string
  readonly since: string
  readonly name: string
  readonly id?: string
}

function headOf({ event, id }: TailEvent, { date, sinceMs, idBefore }: EventMoment): EventHead {
  return {
    clock: describeClock(date),
    since: `+${describeMs(sinceMs)}`.padStart(7),
    name: escapeControls(event),
    ...(id !== idBefore && { id: `#${escapeControls(id)}` }),
  }
}

function paintHead({ clock, since, name, id }: EventHead, { event }: TailEvent, paint: Paint): string {
  const label = event === 'error' ? paint.red(name) : paint.cyan(name)
  return [paint.dim(`${clock}  ${since}`), paint.bold(label), ...(id === undefined ? [] : [paint.dim(id)])].join('  ')
}

function dataOf(text: string, isData: boolean, isFull: boolean): string {
  if (isData) return escapeControls(isFull ? indentJson(text) : compactJson(text), isFull)
  return escapeControls(text, true)
}

interface Folded {
  readonly lines: readonly string[]
  /** The bytes that are not shown. */
  readonly hidden: number
}

function unfolded(text: string): Folded {
  return { lines: text.split('\n'), hidden: 0 }
}

function fold(text: string, columns: number): Folded {
  const lines = wrapText(text, Math.max(10, columns))
  const rest = lines.slice(foldedLines).join('')
  return { lines: lines.slice(0, foldedLines), hidden: new TextEncoder().encode(rest).length }
}
