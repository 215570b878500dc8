// Applies a rule for the data of events to text as it is on the wire.
import { createParser, encode } from '../sse/index.ts'
import type { RedactText } from './history.ts'
import type { RedactOptions } from './options.ts'

/** The rule for data as one for text; `undefined` without one. Text that is no whole frame loses its unfinished rest. */
export function redactText({ data: rule }: RedactOptions): RedactText | undefined {
  if (rule === undefined) return undefined
  return (text, log) => {
    const { route } = log.opened
    const replace = (data: string, event: string): string => {
      const shown: unknown = rule(data, { event, route })
      if (typeof shown === 'string') return shown
      throw new TypeError('redact.data must return a string.')
    }
    if (!log.isSse) return redactLines(text, replace)
    // Of a control event of our own nothing is the application's. Another server may call anything so.
    return redactFrames(text, replace, log.opened.source === 'server' ? (data) => data : replace)
  }
}

type Replace = (data: string, event: string) => string

function redactFrames(text: string, replace: Replace, replaceControl: Replace): string {
  let shown = ''
  const parser = createParser({
    onEvent: ({ event, id, data }) => {
      shown +=
        event?.startsWith('tidings:') === true
          ? controlFrame(event, id, replaceControl(data, event))
          : encode({ event, id, data: replace(data, event ?? 'message') })
    },
    onComment: (comment) => (shown += `:${comment}\n`),
    onRetry: (retry) => (shown += `retry: ${retry}\n\n`),
  })
  parser.feed(text)
  return shown
}

/** The frame of a control event, which `encode` makes for nobody. */
function controlFrame(event: string, id: string | undefined, data: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\n${data.replace(/^/gm, 'data: ')}\n\n`
}

function redactLines(text: string, replace: Replace): string {
  return text.replace(/[^\n]+/g, (line) => replace(line, 'message'))
}
