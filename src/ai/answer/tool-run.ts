// A tool that runs here, between two yields: its output is told, or its failure.
import { toJson } from '../../base/index.ts'
import type { Json, MadeEvent } from '../../chat-model/index.ts'
import { markMade } from '../../chat-model/internal.ts'
import { HttpError } from '../../server/index.ts'

/** What JSON can hold. (`Json` itself would refuse interfaces.) */
export type JsonInput = string | number | boolean | null | object

/** Runs a tool. What it yields, if it is a generator, are preliminary outputs, each of which replaces the one before. */
export type Execute<Output> = (signal: AbortSignal) => Output | Promise<Output> | AsyncIterable<Output>

/** Options of a tool that runs here. */
export interface ToolOptions {
  /** The id of the call. Default: a new one. */
  readonly id?: string | undefined
  /** What the call is called on the screen. */
  readonly title?: string | undefined
  /** Aborts the tool. Default: the signal of the run. */
  readonly signal?: AbortSignal | undefined
}

/** A new id of a call: unique beyond its run, because clients send it back with the next requests. */
export function createCallId(): string {
  return `call_${crypto.randomUUID().replaceAll('-', '')}`
}

/**
 * Runs a tool for a call that was told already, and tells its output. What it throws is told as well (its message only if it
 * is an `HttpError`), and thrown on.
 */
export async function* runTool<Output extends JsonInput>(
  toolCallId: string,
  execute: Execute<Output>,
  signal: AbortSignal,
): AsyncGenerator<MadeEvent, Output> {
  try {
    const result = execute(signal)
    if (!isIterable<Output>(result)) {
      const output = await result
      yield outputOf(toolCallId, output, false)
      return output
    }
    return yield* tellAll(toolCallId, result)
  } catch (error) {
    const errorText = error instanceof HttpError ? error.message : 'The tool failed.'
    yield markMade({ type: 'tool-output-error', toolCallId, errorText })
    throw error
  }
}

async function* tellAll<Output extends JsonInput>(
  toolCallId: string,
  outputs: AsyncIterable<Output>,
): AsyncGenerator<MadeEvent, Output> {
  let last: { readonly output: Output } | undefined
  for await (const output of outputs) {
    yield outputOf(toolCallId, output, true)
    last = { output }
  }
  if (last === undefined) throw new TypeError('The tool has yielded nothing: its last yield is its output.')
  yield outputOf(toolCallId, last.output, false)
  return last.output
}

function outputOf(toolCallId: string, value: JsonInput, preliminary: boolean): MadeEvent {
  const output = asJson(value)
  return markMade({ type: 'tool-output-available', toolCallId, output, ...(preliminary && { preliminary }) })
}

/** The value as JSON has it: what a tool gives may have methods, dates, and fields that change. */
export function asJson(value: JsonInput): Json {
  return JSON.parse(toJson(value))
}

function isIterable<Output>(value: Output | Promise<Output> | AsyncIterable<Output>): value is AsyncIterable<Output> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
