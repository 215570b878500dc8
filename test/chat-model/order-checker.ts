// The order rules of a run's log, checked event by event, independently of the code that makes logs.
import type { ChatEvent } from '../../src/chat-model/index.ts'

interface State {
  message: string | undefined
  readonly messages: Set<string>
  readonly parts: Map<string, 'open' | 'ended'>
  readonly calls: Map<string, 'input' | 'ready' | 'done'>
  /** Calls since the last `step-start`, which a reset takes back. */
  step: Set<string>
  ended: boolean
}

/** What is wrong with a log: each fault in a sentence. `known` are ids of calls that an earlier message has. */
export function faultsOf(log: readonly ChatEvent[], known: readonly string[] = []): readonly string[] {
  const state: State = {
    message: undefined,
    messages: new Set(),
    parts: new Map(),
    calls: new Map(known.map((id) => [id, 'ready'])),
    step: new Set(),
    ended: false,
  }
  return log.flatMap((event, index) =>
    faultsOfEvent(event, state, index).map((fault) => `${index} ${event.type}: ${fault}`),
  )
}

/** The ids of what is still open after a log. */
export function openAfter(log: readonly ChatEvent[]): readonly string[] {
  const open = new Set<string>()
  let step = new Set<string>()
  for (const event of log) {
    if (event.type === 'step-start' || event.type === 'message-start') step = new Set()
    if (event.type === 'step-reset') for (const id of step) open.delete(id)
    const { id, isEnd } = changeOf(event)
    if (id === undefined) continue
    if (!open.has(id) && id !== 'step' && id !== 'message') step.add(id)
    if (isEnd) open.delete(id)
    else open.add(id)
  }
  return [...open]
}

/** What an event opens or ends. */
function changeOf(event: ChatEvent): { readonly id: string | undefined; readonly isEnd: boolean } {
  if ('toolCallId' in event) {
    const isEnd =
      /output-(error|denied)$|input-error$/.test(event.type) ||
      (event.type === 'tool-output-available' && event.preliminary !== true)
    return { id: isEnd || 'toolName' in event ? `call ${event.toolCallId}` : undefined, isEnd }
  }
  const [, kind, border] = /^(message|step|text|reasoning|refusal)-(start|end)$/.exec(event.type) ?? []
  if (kind === undefined) return { id: undefined, isEnd: false }
  const id = 'id' in event && kind !== 'message' ? event.id : kind
  return { id, isEnd: border === 'end' }
}

function faultsOfEvent(event: ChatEvent, state: State, index: number): string[] {
  const faults: string[] = []
  if (state.ended) faults.push('follows run-end')
  if ((event.type === 'run-start') !== (index === 0)) faults.push('run-start is first, and nothing else is')
  const isOfMessage = !['run-start', 'run-end', 'error', 'message-start'].includes(event.type)
  if (isOfMessage && state.message === undefined && !closesCall(event, state)) faults.push('is in no message')
  if (event.type === 'run-end') state.ended = true
  else if (event.type === 'message-start') {
    if (state.message !== undefined) faults.push('a message is open')
    if (state.messages.has(event.id)) faults.push('its id was there before')
    state.message = event.id
    state.messages.add(event.id)
    state.step = new Set()
  } else if (event.type === 'message-end') {
    if (event.id !== state.message) faults.push('is of another message')
    state.message = undefined
  } else if (event.type === 'step-start') state.step = new Set()
  else if (event.type === 'step-reset') for (const id of state.step) state.calls.delete(id)
  else if ('toolCallId' in event) faults.push(...faultsOfCall(event, state))
  else faults.push(...faultsOfText(event, state))
  return faults
}

/** Calls outlive their message: what closes them at the end of the run comes after it. */
function closesCall(event: ChatEvent, { calls }: State): boolean {
  return (event.type === 'tool-input-error' || event.type === 'tool-output-error') && calls.has(event.toolCallId)
}

const letters: Readonly<Record<string, string>> = { text: 't', reasoning: 'r', refusal: 'f' }

function faultsOfText(event: ChatEvent, { parts }: State): string[] {
  const [, kind, step] = /^(text|reasoning|refusal)-(start|delta|end)$/.exec(event.type) ?? []
  if (kind === undefined || !('id' in event) || event.id === undefined) return []
  const faults: string[] = []
  if (!new RegExp(`^${letters[kind] ?? ''}[1-9][0-9]*$`).test(event.id)) faults.push(`has the id ${event.id}`)
  const known = parts.get(event.id)
  if (step === 'start') {
    if (known !== undefined) faults.push('its id was there before')
    parts.set(event.id, 'open')
    return faults
  }
  if (known !== 'open') faults.push('its part is not open')
  if (step === 'end') parts.set(event.id, 'ended')
  if ('delta' in event && event.delta === '') faults.push('is empty')
  if ('delta' in event && /[\uD800-\uDBFF]$/.test(event.delta)) faults.push('ends inside a character')
  return faults
}

function faultsOfCall(event: Extract<ChatEvent, { toolCallId: string }>, { calls, step }: State): string[] {
  const id = event.toolCallId
  const known = calls.get(id)
  if (id === '') return ['has no id']
  switch (event.type) {
    case 'tool-input-start':
      calls.set(id, 'input')
      step.add(id)
      return known === undefined ? [] : ['its id was there before']
    case 'tool-input-delta':
      if (event.inputTextDelta === '') return ['is empty']
      return known === 'input' ? [] : ['its input is not open']
    case 'tool-input-available':
    case 'tool-input-error':
      calls.set(id, event.type === 'tool-input-error' ? 'done' : 'ready')
      if (known === undefined) step.add(id)
      return known === 'done' ? ['its call has ended'] : []
    default:
      if (event.type !== 'tool-approval-request' && !('preliminary' in event && event.preliminary)) {
        calls.set(id, 'done')
      }
      return known === undefined || known === 'done' ? ['its call is not open'] : []
  }
}
