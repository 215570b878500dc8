// Random drafts, as several sources might say them at once: starts and ends are missing, and characters are cut in two.
import * as fc from 'fast-check'
import { TidingsError } from '../../src/base/index.ts'
import type { ChatEvent, DraftEvent, FinishReason } from '../../src/chat-model/index.ts'
import { Normaliser } from '../../src/chat-model/internal.ts'

/** What one of several sources says. */
export interface Said {
  readonly draft: DraftEvent
  readonly source: number
}

const ids = fc.constantFrom('0', '1', 'txt-0')
const callIds = fc.constantFrom('', 'a', 'b', 'a_2')
const kinds = fc.constantFrom('text', 'reasoning', 'refusal')
const pieces = fc.constantFrom('', 'x', 'yz', '\uD83D', '\uDE00', 'a\uD83D', '\uDE00b', '\u{1F600}')
const usage = fc.option(fc.record({ inputTokens: fc.nat(9), outputTokens: fc.nat(9) }), { nil: undefined })
const reasons = fc.constantFrom<FinishReason>('stop', 'length', 'tool-calls')

function made<Draft extends DraftEvent>(
  arbitrary: fc.Arbitrary<Draft>,
  weight: number,
): fc.WeightedArbitrary<DraftEvent> {
  return { arbitrary, weight }
}

const drafts: fc.Arbitrary<DraftEvent> = fc.oneof(
  made(
    pieces.map((delta) => ({ type: 'text', delta }) as const),
    3,
  ),
  made(
    fc.tuple(kinds, ids, pieces).map(([kind, id, delta]) => ({ type: `${kind}-delta`, id, delta }) as const),
    9,
  ),
  made(
    fc.tuple(kinds, ids).map(([kind, id]) => ({ type: `${kind}-start`, id }) as const),
    2,
  ),
  made(
    fc.tuple(kinds, ids).map(([kind, id]) => ({ type: `${kind}-end`, id }) as const),
    3,
  ),
  made(
    callIds.map((toolCallId) => ({ type: 'tool-input-start', toolCallId, toolName: 'w' }) as const),
    2,
  ),
  made(
    fc
      .tuple(callIds, pieces)
      .map(([toolCallId, inputTextDelta]) => ({ type: 'tool-input-delta', toolCallId, inputTextDelta }) as const),
    3,
  ),
  made(
    fc.tuple(callIds, fc.constantFrom(undefined, 'client', 'server', 'provider')).map(([toolCallId, executor]) => ({
      type: 'tool-input-available' as const,
      toolCallId,
      toolName: 'w',
      input: 1,
      ...(executor === undefined ? {} : { executor }),
    })),
    2,
  ),
  made(
    callIds.map(
      (toolCallId) => ({ type: 'tool-input-error', toolCallId, toolName: 'w', input: '', errorText: '' }) as const,
    ),
    1,
  ),
  made(
    fc
      .tuple(callIds, fc.boolean())
      .map(
        ([toolCallId, preliminary]) => ({ type: 'tool-output-available', toolCallId, output: 2, preliminary }) as const,
      ),
    3,
  ),
  made(
    callIds.map((toolCallId) => ({ type: 'tool-output-error', toolCallId, errorText: 'no' }) as const),
    1,
  ),
  made(
    callIds.map(
      (toolCallId) => ({ type: 'tool-approval-request', toolCallId, approvalId: `ask ${toolCallId}` }) as const,
    ),
    1,
  ),
  made(fc.constant({ type: 'step-start' } as const), 2),
  made(
    usage.map((usage) => ({ type: 'step-end' as const, ...(usage === undefined ? {} : { usage }) })),
    2,
  ),
  made(fc.constant({ type: 'step-reset' } as const), 1),
  made(
    fc
      .option(fc.constantFrom('m1', 'm2'), { nil: undefined })
      .map((id) => ({ type: 'message-start' as const, ...(id === undefined ? {} : { id }) })),
    1,
  ),
  made(
    fc.tuple(reasons, usage).map(([reason, usage]) => ({
      type: 'message-end' as const,
      reason,
      ...(usage === undefined ? {} : { usage }),
    })),
    1,
  ),
  made(
    fc.nat(2).map((data) => ({ type: 'data', name: 'n', id: 'same', data }) as const),
    1,
  ),
  made(fc.constant({ type: 'citation', partId: '0', source: { kind: 'url', url: 'https://a.example' } } as const), 1),
  made(fc.constant({ type: 'custom', name: 'c', value: 1 } as const), 1),
)

/** What three sources say, one after another in any order. */
export const sayings: fc.Arbitrary<readonly Said[]> = fc.array(fc.record({ draft: drafts, source: fc.nat(2) }), {
  maxLength: 60,
  size: 'max',
})

const runStart: ChatEvent = { type: 'run-start', wire: 1, runId: 'R', chatId: 'c', protocol: 'ui-message', at: 0 }

/** The log that sayings come to, without its end. Outputs of unknown calls are refused one by one. */
export function logOf(said: readonly Said[], callsAreTheClients = false): readonly ChatEvent[] {
  const normaliser = new Normaliser({ runId: 'R', callsAreTheClients })
  const sources = [{}, {}, {}]
  const log: ChatEvent[] = [runStart]
  for (const { draft, source } of said) {
    try {
      log.push(...normaliser.take(draft, sources[source] ?? {}))
    } catch (error) {
      if (!(error instanceof TidingsError && error.code === 'ERR_CHAT_EVENT')) throw error
    }
  }
  return [...log, ...normaliser.finish()]
}
