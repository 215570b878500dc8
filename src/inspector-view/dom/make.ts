// Elements made by hand: what is text stays text. What streams carry is never read as HTML.

/** Attributes of a new element; `true` is an attribute without a value, `false` and `undefined` are left out. */
export type Attributes = Readonly<Record<string, string | boolean | undefined>>

/** Makes an element with attributes and children. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name)
  for (const [attribute, value] of Object.entries(attributes)) setAttribute(element, attribute, value)
  element.append(...children)
  return element
}

/** Sets an attribute, or takes it away: `true` is one without a value. Touches nothing where it is right already. */
export function setAttribute(element: Element, name: string, value: string | boolean | undefined): void {
  if (value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name)
    return
  }
  const text = value === true ? '' : value
  if (element.getAttribute(name) !== text) element.setAttribute(name, text)
}

/** Sets the text of an element, unless it says that already. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}
