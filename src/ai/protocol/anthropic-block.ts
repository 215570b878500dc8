// The content blocks of an Anthropic message. They come one at a time: what a second open one has to say waits.
import type { Json } from '../../chat-model/index.ts'
import { namedFrame } from './frame.ts'

/** A block's content as it stands. */
export type BlockContent =
  | { readonly type: 'text'; text: string; citations: Json[] | null }
  | { readonly type: 'thinking'; thinking: string; signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string }
  | {
      readonly type: 'tool_use'
      readonly id: string
      readonly name: string
      input: Json
      readonly caller: { readonly type: 'direct' }
    }

/** A block of the message. */
export interface Block {
  readonly index: number
  readonly content: BlockContent
  /** Whether a whole answer has it: an input that has not come to its end is no call. */
  isWhole: boolean
}

/** A frame of an event. */
export function anthropicFrame(type: string, fields: object): string {
  return namedFrame(type, JSON.stringify({ type, ...fields }))
}

interface Waiting {
  readonly frames: string[]
  isDone: boolean
}

/** Puts the blocks into their order: that in which they were opened. */
export class BlockQueue {
  readonly blocks: Block[] = []
  /** The blocks that have begun and not been told to their end, by index; the first is told as it comes. */
  readonly #waiting = new Map<number, Waiting>()

  /** Opens a block. */
  open(content: BlockContent): { readonly block: Block; readonly frames: readonly string[] } {
    const block: Block = { index: this.blocks.length, content, isWhole: false }
    this.blocks.push(block)
    this.#waiting.set(block.index, { frames: [], isDone: false })
    const content_block = structuredClone(content)
    return { block, frames: this.#tell(block, 'content_block_start', { content_block }) }
  }

  /** Goes on with a block that is open. */
  delta(block: Block, delta: object): readonly string[] {
    return this.#tell(block, 'content_block_delta', { delta })
  }

  /** Ends a block; blocks that had to wait for it follow. */
  close(block: Block, isWhole: boolean): readonly string[] {
    const waiting = this.#waiting.get(block.index)
    if (waiting === undefined) return []
    block.isWhole = isWhole
    const frames = [...this.#tell(block, 'content_block_stop', {})]
    waiting.isDone = true
    return [...frames, ...this.#goOn()]
  }

  #tell(block: Block, type: string, fields: object): readonly string[] {
    const frame = anthropicFrame(type, { index: block.index, ...fields })
    if (this.#isFirst(block)) return [frame]
    this.#waiting.get(block.index)?.frames.push(frame)
    return []
  }

  #isFirst(block: Block): boolean {
    const [first] = this.#waiting.keys()
    return first === block.index
  }

  /** What has waited, up to the first block that is still open. */
  #goOn(): readonly string[] {
    const told: string[] = []
    for (const [index, waiting] of this.#waiting) {
      for (const frame of waiting.frames.splice(0)) told.push(frame)
      if (!waiting.isDone) break
      this.#waiting.delete(index)
    }
    return told
  }
}
