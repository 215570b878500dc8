// What a program is called among those that report.
import { basename } from 'node:path'
import { threadId } from 'node:worker_threads'

/** The name of a program. */
export interface ProgramName {
  /** For people: `chat.mjs 4711`. */
  readonly who: string
  /** No other program has it: in containers the ids of processes are all alike. */
  readonly from: string
}

/** The name of this program, or of this thread of it. */
export function programName(): ProgramName {
  const script = basename(process.argv[1] ?? 'node')
  const thread = threadId === 0 ? '' : `.${threadId}`
  const id = `${process.pid}${thread}`
  const random = Math.random().toString(36).slice(2, 8)
  const letters = script.replace(/[^\w.-]/g, '_').slice(0, 32)
  return { who: `${script} ${id}`, from: `${letters}-${id}-${random}` }
}
