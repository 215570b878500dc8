// The name of the element.
import { TidingsChatElement } from './chat-element.ts'

/**
 * Defines `<tidings-chat>`, or an element of another name, once; importing `tidings/chat-element` has done it under its own. Where
 * there are no elements, as on a server, nothing happens.
 */
export function defineChatElement(name = 'tidings-chat'): void {
  const { customElements }: Partial<typeof globalThis> = globalThis
  if (customElements === undefined || customElements.get(name) !== undefined) return
  const isTaken = name !== 'tidings-chat'
  // A class has one name alone.
  customElements.define(name, isTaken ? class extends TidingsChatElement {} : TidingsChatElement)
}
