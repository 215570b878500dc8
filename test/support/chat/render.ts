// Components in a page of jsdom.
import { createElement, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { openDom, show } from './dom.ts'

export type Component = () => string | null

/** Shows components in StrictMode, each in an element of its own. */
export async function render(
  ...components: readonly Component[]
): Promise<{ readonly text: () => string; readonly hide: () => void }> {
  const { container } = await openDom()
  const children = components.map((component, index) => createElement(component, { key: index }))
  const hide = show(createRoot, container, createElement(StrictMode, null, ...children))
  return { text: () => container.textContent ?? '', hide }
}
