// Lifts the values of one source, from the first to its end.
import type { DraftEvent } from '../../../src/chat-model/index.ts'
import { SourceLifter } from '../../../src/chat-model/internal.ts'

/** A lifter whose own ids count up from `call_1`, and what it has warned of. */
export function createLifter(): { readonly lifter: SourceLifter; readonly warnings: string[] } {
  const warnings: string[] = []
  let calls = 0
  const newToolCallId = (): string => {
    calls += 1
    return `call_${calls}`
  }
  return { lifter: new SourceLifter({ newToolCallId, warn: (message) => warnings.push(message) }), warnings }
}

/** The events of all values and of the end. A value that is not recognised is an error. */
export function liftAll(values: readonly unknown[]): readonly DraftEvent[] {
  const { lifter } = createLifter()
  const drafts = values.flatMap((value) => {
    const events = lifter.lift(value)
    if (events === undefined) throw new Error(`not recognised: ${JSON.stringify(value)}`)
    return events
  })
  return [...drafts, ...lifter.finish()]
}

/** The events without steps, ends of messages and the parts' starts and ends: what was said and called. */
export function said(drafts: readonly DraftEvent[]): readonly DraftEvent[] {
  return drafts.filter(({ type }) => !/^(step|message)-|^(text|reasoning|refusal)-(start|end)$/.test(type))
}

/** All text of a kind, joined. */
export function textOf(drafts: readonly DraftEvent[], kind: 'text' | 'reasoning' | 'refusal' = 'text'): string {
  return drafts.map((draft) => (draft.type === `${kind}-delta` && 'delta' in draft ? draft.delta : '')).join('')
}

/** The inputs of all calls, by their ids, as their names and inputs. */
export function callsOf(drafts: readonly DraftEvent[]): readonly (readonly unknown[])[] {
  return drafts.flatMap((draft) =>
    draft.type === 'tool-input-available' ? [[draft.toolCallId, draft.toolName, draft.input]] : [],
  )
}
