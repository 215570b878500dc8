// A call of a tool, folded: what it was given, what it has returned, and a person's word on it.
import type { ChatPart, ToolPart } from '../../chat/index.ts'
import { hasFocus, make, setAttribute, setText } from '../dom/make.ts'
import { makeButton } from '../dom/button.ts'
import type { ChatLabels } from '../labels.ts'
import type { Surroundings } from '../surroundings.ts'
import { Fold } from './fold.ts'
import type { PartView } from './part-view.ts'
import { ValueView } from './value-view.ts'

/** Shows a call. Its values are rendered only while it is open. */
export class ToolCall implements PartView {
  readonly type = 'dynamic-tool'
  readonly element: HTMLElement = make('div', { class: 'tool-frame' })
  readonly #fold = new Fold('tool', 'tool', () => this.#showValues())
  readonly #input = new ValueView()
  readonly #output = new ValueView()
  readonly #surroundings: () => Surroundings
  #approval: HTMLElement | undefined
  #approvalId: string | undefined
  #part: ToolPart | undefined

  constructor(surroundings: () => Surroundings) {
    this.#surroundings = surroundings
    this.element.append(this.#fold.element)
  }

  update(part: ChatPart, isLive: boolean): void {
    if (part.type !== 'dynamic-tool') return
    this.#part = part
    const { labels } = this.#surroundings()
    this.#fold.describe(nameOf(part), noteOf(part, isLive, labels))
    setAttribute(this.#fold.element, 'data-state', part.state)
    setAttribute(this.#fold.element, 'data-live', isLive && isUnderWay(part))
    this.#askFor(part)
    this.#showValues()
  }

  dispose(): void {}

  #showValues(): void {
    const part = this.#part
    if (part === undefined || !this.#fold.isOpen) return
    const { labels } = this.#surroundings()
    const { body } = this.#fold
    this.#input.update(labels.toolInput, part.input, labels)
    if (this.#input.element.parentNode === null) body.append(this.#input.element)
    const output = outputOf(part)
    if (output === undefined) return this.#output.element.remove()
    this.#output.update(part.state === 'output-available' ? labels.toolOutput : labels.toolFailed, output, labels)
    if (this.#output.element.parentNode === null) body.append(this.#output.element)
  }

  /** Asks for a person's word as long as the call waits for it. What is allowed is shown beside the question. */
  #askFor(part: ToolPart): void {
    const approval = part.state === 'approval-requested' ? part.approval : undefined
    if (approval?.id === this.#approvalId) return
    const hadFocus = hasFocus(this.#approval)
    this.#approval?.remove()
    this.#approval = undefined
    this.#approvalId = approval?.id
    if (hadFocus) this.#fold.summary.focus()
    if (approval === undefined) return
    this.#fold.element.open = true
    const { labels } = this.#surroundings()
    const question = make('p', { class: 'approval-question', dir: 'auto' })
    setText(question, [labels.approvalQuestion(nameOf(part)), approval.requestReason ?? ''].join(' ').trim())
    const buttons = make('div', { class: 'approval-buttons' })
    buttons.append(this.#makeAnswer(labels.approve, true), this.#makeAnswer(labels.deny, false))
    this.#approval = make('div', { part: 'approval', class: 'approval', role: 'group' }, question, buttons)
    this.#approval.setAttribute('aria-label', question.textContent ?? '')
    this.element.append(this.#approval)
  }

  #makeAnswer(label: string, approved: boolean): HTMLButtonElement {
    const name = approved ? 'approve' : 'deny'
    const className = approved ? 'solid' : 'outlined'
    return makeButton({ label, part: name, className, onClick: () => void this.#respond(approved) })
  }

  async #respond(approved: boolean): Promise<void> {
    const { chat, report } = this.#surroundings()
    if (this.#approvalId === undefined) return
    try {
      await chat.respondToApproval(this.#approvalId, approved)
    } catch (error) {
      report(error)
    }
  }
}

function nameOf({ title, toolName }: ToolPart): string {
  return title ?? toolName
}

function isUnderWay({ state }: ToolPart): boolean {
  return state === 'input-streaming' || state === 'input-available' || state === 'approval-responded'
}

function outputOf(part: ToolPart): unknown {
  if (part.state === 'output-available') return part.output
  return part.state === 'output-error' ? part.errorText : undefined
}

function noteOf(part: ToolPart, isLive: boolean, labels: ChatLabels): string {
  switch (part.state) {
    case 'input-streaming':
      return isLive ? labels.toolPreparing : ''
    case 'input-available':
      return isLive ? labels.toolRunning : labels.toolWaiting
    case 'approval-requested':
      return labels.toolApproval
    case 'approval-responded':
      return part.approval.approved ? labels.toolApproved : labels.toolDenied
    case 'output-available':
      return part.preliminary === true && isLive ? labels.toolRunning : labels.toolDone
    case 'output-error':
      return labels.toolFailed
    default:
      return labels.toolDenied
  }
}
