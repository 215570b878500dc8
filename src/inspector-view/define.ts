// The name of the element.
import { TidingsInspectorElement } from './inspector-element.ts'

/** Defines `<tidings-inspector>` once. Where there are no elements, as on a server, nothing happens. */
export function defineInspectorElement(): void {
  const { customElements }: Partial<typeof globalThis> = globalThis
  if (customElements?.get('tidings-inspector') === undefined)
    customElements?.define('tidings-inspector', TidingsInspectorElement)
}
