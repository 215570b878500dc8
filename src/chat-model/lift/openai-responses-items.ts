// The output items of one OpenAI response: messages, reasoning and calls, each told in pieces and then again as a whole.
import type { DraftEvent } from '../draft.ts'
import { hold } from './dialect-lifter.ts'
import { type Fields, fieldsOf, idOf, isFields, itemsOf, jsonOf, textOf } from './fields.ts'
import { ResponseCall } from './openai-responses-call.ts'
import { ResponseParts } from './openai-responses-parts.ts'

interface Item {
  readonly key: string
  readonly parts: ResponseParts
  call: ResponseCall | undefined
  isDone: boolean
}

/** The items of a response, by their ids, else by their places. */
export class ResponseItems {
  readonly #byId = new Map<string, Item>()
  readonly #byIndex = new Map<unknown, Item>()
  /** Calls that the application is to answer, and has no answer of in this response. */
  readonly #clientCalls = new Set<string>()
  #hasRefused = false

  get hasClientCall(): boolean {
    return this.#clientCalls.size > 0
  }

  get hasRefused(): boolean {
    return this.#hasRefused
  }

  /** The events of one event of the stream, `response.` and what follows; none for those that say nothing new. */
  take(type: string, value: Fields): readonly DraftEvent[] {
    const { item, output_index: index } = value
    if (type === 'response.output_item.added') return isFields(item) ? this.#added(item, index) : []
    if (type === 'response.output_item.done') return isFields(item) ? this.done(item, index) : []
    if (type.startsWith('response.refusal.')) this.#hasRefused = true
    if (ResponseParts.takes(type)) return this.#item(value['item_id'], index).parts.take(type, value)
    if (ResponseCall.takes(type)) return this.#item(value['item_id'], index).call?.take(type, value) ?? []
    return []
  }

  /** An item as a whole: what was not told in pieces is told now. */
  done(value: Fields, index: unknown): readonly DraftEvent[] {
    const output = this.#output(value)
    if (output !== undefined) return output
    const item = this.#item(value['id'], index)
    if (item.isDone) return []
    const drafts = [...this.#begin(item, value)]
    item.isDone = true
    if (item.call !== undefined) return [...drafts, ...item.call.done(value)]
    const { type } = value
    if (type !== 'message' && type !== 'reasoning') return drafts
    for (const content of itemsOf(value['content']))
      if (fieldsOf(content)['type'] === 'refusal') this.#hasRefused = true
    return [...drafts, ...item.parts.done(value)]
  }

  /** Ends what is open. */
  end(): readonly DraftEvent[] {
    return this.#all().flatMap((item) => [...item.parts.end(), ...(item.call?.end() ?? [])])
  }

  /** OpenAI has run a call that applications can run as well, such as one of a shell, and tells of it in an item of its own. */
  #output({ type, call_id: id, output }: Fields): readonly DraftEvent[] | undefined {
    if (typeof type !== 'string' || !type.endsWith('_call_output')) return undefined
    const toolCallId = textOf(id)
    if (toolCallId === undefined || !this.#clientCalls.delete(toolCallId)) return []
    return [{ type: 'tool-output-available', toolCallId, output: jsonOf(output) }]
  }

  #added(value: Fields, index: unknown): readonly DraftEvent[] {
    return this.#begin(this.#item(value['id'], index), value)
  }

  #begin(item: Item, value: Fields): readonly DraftEvent[] {
    if (item.call !== undefined || !ResponseCall.isCall(value)) return []
    item.call = new ResponseCall(value, item.key)
    if (item.call.isClients) this.#clientCalls.add(item.call.id)
    return item.call.start()
  }

  #item(id: unknown, index: unknown): Item {
    const itemId = textOf(id)
    const known = (itemId === undefined ? undefined : this.#byId.get(itemId)) ?? this.#byIndex.get(index)
    if (known !== undefined) return known
    const key = itemId ?? `item:${idOf(index) ?? 'last'}`
    const item: Item = { key, parts: new ResponseParts(key, itemId), call: undefined, isDone: false }
    if (itemId !== undefined) hold(this.#byId, itemId, item)
    return hold(this.#byIndex, index, item)
  }

  #all(): readonly Item[] {
    return [...new Set([...this.#byIndex.values(), ...this.#byId.values()])]
  }
}
