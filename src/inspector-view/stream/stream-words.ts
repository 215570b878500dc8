// What is said of a stream in a word or two.
import type { InspectedStream } from '../../inspector-model/index.ts'

/** How a stream is: for the style sheet. */
export type Tone = 'waiting' | 'open' | 'blocked' | 'done' | 'left' | 'failed'

/** How a stream is. */
export function toneOf({ ended, head, blockedSince }: InspectedStream): Tone {
  if (ended !== undefined) return toneOfEnd(ended.outcome, ended.error)
  if (blockedSince !== undefined) return 'blocked'
  return head === undefined ? 'waiting' : 'open'
}

function toneOfEnd(outcome: string, error: string | undefined): Tone {
  if (error !== undefined || /fail|error|interrupt|refused|cut/i.test(outcome)) return 'failed'
  return /^complete/i.test(outcome) ? 'done' : 'left'
}

/** How a stream is, in a word: how it ended, once it has. */
export function stateOf(stream: InspectedStream): string {
  const { ended, blockedSince, state } = stream
  if (ended !== undefined) return ended.outcome === '' ? 'ended' : ended.outcome
  return blockedSince === undefined ? state : 'blocked'
}

/** What a stream is called: its method, and its url. A path stands for a url of the page's own origin. */
export function titleOf({ opened }: InspectedStream): string {
  return `${opened.method} ${pathOf(opened.url)}`
}

/** A url without the page's own origin. */
export function pathOf(url: string): string {
  const { origin } = location
  return url.startsWith(`${origin}/`) ? url.slice(origin.length) : url
}

/** Where a stream was watched. */
export function sourceOf({ opened }: InspectedStream): string {
  const names = { server: 'server', fetch: 'fetch', 'event-source': 'EventSource', node: 'Node' } as const
  return names[opened.source]
}

/** How long it took to the first event, in ms. */
export function firstEventMs({ opened, firstEventAt }: InspectedStream): number | undefined {
  return firstEventAt === undefined ? undefined : firstEventAt - opened.at
}

/** How long a stream has been, or was, open, in ms. */
export function durationMs({ opened, ended }: InspectedStream, now: number): number {
  return ended === undefined ? now - opened.at : ended.durationMs
}
