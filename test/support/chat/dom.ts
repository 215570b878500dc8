// A page for hooks: the document of jsdom as the global one.
import { onTestFinished } from 'vitest'
import { clientPackage } from './client-package.ts'

const names = [
  'window',
  'document',
  'navigator',
  'HTMLElement',
  'Node',
  'requestAnimationFrame',
  'cancelAnimationFrame',
]

/** `createRoot` of `react-dom/client`. */
export type CreateRoot = (container: Container) => { render(element: unknown): void; unmount(): void }

/** The page: one for a file of tests, because React goes on for a while when a component has gone. */
let page: { document: { body: { append(element: unknown): void }; createElement(name: string): Container } } | undefined

/** An element to render into. */
export interface Container {
  readonly textContent: string | null
}

/** Opens the page, and puts an element into it. */
export async function openDom(): Promise<{ readonly container: Container }> {
  if (page === undefined) {
    const { JSDOM } = await clientPackage('jsdom')
    const { window } = new JSDOM('', { pretendToBeVisual: true, url: 'http://localhost/' })
    for (const name of names) {
      const value: unknown = name.endsWith('AnimationFrame') ? window[name].bind(window) : window[name]
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
    }
    page = window
  }
  const { document } = page ?? {}
  const container = document?.createElement('div')
  if (container === undefined) throw new Error('There is no page.')
  document?.body.append(container)
  return { container }
}

/** Renders an element, and takes it away at the end of the test. Returns a function that takes it away before. */
export function show(createRoot: CreateRoot, container: Container, element: unknown): () => void {
  const root = createRoot(container)
  root.render(element)
  let isShown = true
  const hide = (): void => {
    if (isShown) root.unmount()
    isShown = false
  }
  onTestFinished(hide)
  return hide
}
