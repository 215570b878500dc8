// Runs the tools of the client.
import type { ChatEvent, ToolPart } from '../chat-model/index.ts'
import type { ClientTool } from './options.ts'
import { toJsonValue } from './history/json-value.ts'

type Tools = Readonly<Record<string, ClientTool>>

/** Runs tools, and tells their outputs as events. All can be given up at once. */
export class ToolRunner {
  #abort = new AbortController()
  readonly #running = new Set<string>()

  /** Whether a tool is running. */
  get isBusy(): boolean {
    return this.#running.size > 0
  }

  /** Runs those of the calls whose tools are here. */
  run(calls: readonly ToolPart[], tools: Tools, tell: (event: ChatEvent) => void): void {
    for (const call of calls) {
      const tool = Object.hasOwn(tools, call.toolName) ? tools[call.toolName] : undefined
      if (tool === undefined || call.state !== 'input-available' || this.#running.has(call.toolCallId)) continue
      this.#running.add(call.toolCallId)
      void this.#run(call, tool, tell)
    }
  }

  /** Gives all of them up; their calls fail. */
  abort(): void {
    this.#abort.abort()
    this.#abort = new AbortController()
    this.#running.clear()
  }

  async #run(
    { toolCallId, toolName, input }: ToolPart,
    tool: ClientTool,
    tell: (event: ChatEvent) => void,
  ): Promise<void> {
    const { signal } = this.#abort
    let event: ChatEvent
    try {
      const output = toJsonValue(await tool(input, { toolCallId, toolName, signal }))
      event = { type: 'tool-output-available', toolCallId, output }
    } catch (error) {
      event = { type: 'tool-output-error', toolCallId, errorText: textOf(error) }
    }
    // Whoever gave it up has told of its end.
    if (signal.aborted) return
    this.#running.delete(toolCallId)
    tell(event)
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
