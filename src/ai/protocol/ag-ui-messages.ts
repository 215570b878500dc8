// The messages of AG-UI: each part of text is a message of its own there, and calls belong to the text before them.
import type { MessageStart, RunStart } from '../../chat-model/index.ts'
import { agUiFrame } from './ag-ui-frame.ts'

/** Which message a frame is of, and which agent speaks it. */
export class AgUiMessages {
  #runId = ''
  #message: string | undefined
  #agent: { readonly subagentRunId: string; readonly started: string } | undefined
  /** The message that calls are of. */
  #parent: string | undefined
  readonly #used = new Set<string>()
  readonly #agents = new Set<string>()

  /** The field that says whose a message is: none where the agent that was asked speaks itself. */
  get owner(): { readonly subagentRunId?: string } {
    return this.#agent === undefined ? {} : { subagentRunId: this.#agent.subagentRunId }
  }

  /** What tells a newcomer of the agent that speaks. */
  get prelude(): readonly string[] {
    return this.#agent === undefined ? [] : [this.#agent.started]
  }

  /** The run begins. */
  begin({ runId }: RunStart): void {
    this.#runId = runId
  }

  /** A message begins; its agent, if it has one, is told. */
  open({ id, agent }: MessageStart): readonly string[] {
    const left = this.close()
    this.#message = id
    if (agent === undefined) return left
    const subagentRunId = this.#newAgent(agent.id)
    const { name = agent.id, parentToolCallId } = agent
    const started = agUiFrame('SUBAGENT_STARTED', { subagentRunId, name, parentToolCallId })
    this.#agent = { subagentRunId, started }
    return [...left, started]
  }

  /** A message ends, and with it its agent's turn. */
  close(): readonly string[] {
    const finished = this.#agent === undefined ? [] : [agUiFrame('SUBAGENT_FINISHED', this.owner)]
    this.#message = undefined
    this.#agent = undefined
    this.#parent = undefined
    return finished
  }

  /** The id of the message of a part of text. */
  text(partId: string): string {
    this.#parent = this.#newMessage(partId)
    return this.#parent
  }

  /** The id of a part of reasoning. */
  reasoning(partId: string): string {
    return `msg_${this.#runId}-${partId}`
  }

  /** The id of the message that a new call is of. */
  call(toolCallId: string): string {
    this.#parent ??= this.#newMessage(toolCallId)
    return this.#parent
  }

  /** The id of the message that holds a call's output; what is called after it belongs to another message. */
  result(toolCallId: string): string {
    this.#parent = undefined
    return `msg_${this.#runId}-result-${toolCallId}`
  }

  /**
   * The first of the message's parts has its id. A message that an earlier run began is not gone on with: its text stands
   * before the outputs of its calls, and what is said after them would be put there.
   */
  #newMessage(suffix: string): string {
    const id = this.#message
    if (id === undefined || !id.startsWith(`msg_${this.#runId}`) || this.#used.has(id)) {
      return `msg_${this.#runId}-${suffix}`
    }
    this.#used.add(id)
    return id
  }

  /** An agent that speaks again does so under another id: one id is one turn of it. */
  #newAgent(id: string): string {
    let unique = id
    for (let turn = 2; this.#agents.has(unique); turn += 1) unique = `${id}_${turn}`
    this.#agents.add(unique)
    return unique
  }
}
