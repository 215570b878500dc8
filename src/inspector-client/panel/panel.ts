// The panel in the page: the inspector in a shadow tree, docked to the end of the window.
import type { Inspection } from '../../inspector-model/index.ts'
import { defineInspectorElement, TidingsInspectorElement } from '../../inspector-view/index.ts'
import { isPressed, type Shortcut } from '../shortcut.ts'
import { resizeBy } from './handle.ts'
import { panelStyles } from './style.ts'

/** Options of a {@link Panel}. */
export interface PanelOptions {
  readonly inspection: Inspection
  /** The key that shows and hides it, and what it is called. */
  readonly shortcut: { readonly keys: Shortcut; readonly title: string } | undefined
  readonly isOpen: boolean
}

/** The panel. */
export class Panel {
  readonly #inspection: Inspection
  readonly #inspector: TidingsInspectorElement
  readonly #host = document.createElement('div')
  readonly #panel = document.createElement('section')
  readonly #show = document.createElement('button')
  readonly #controller = new AbortController()
  #isOpen = false
  #isScheduled = false

  constructor({ inspection, shortcut, isOpen }: PanelOptions) {
    defineInspectorElement()
    this.#inspection = inspection
    this.#inspector = new TidingsInspectorElement()
    this.#inspector.inspection = inspection
    this.#build(shortcut?.title)
    if (shortcut !== undefined) this.#listen(shortcut.keys)
    this.#setOpen(isOpen)
    this.#count()
    whenThereIsABody(() => document.body.append(this.#host), this.#controller.signal)
  }

  /** Shows soon what has changed. */
  refresh(): void {
    this.#inspector.refresh()
    if (this.#isScheduled) return
    this.#isScheduled = true
    requestAnimationFrame(() => {
      this.#isScheduled = false
      this.#count()
    })
  }

  /** Takes the panel out of the page. */
  remove(): void {
    this.#controller.abort()
    this.#host.remove()
  }

  #build(title: string | undefined): void {
    const root = this.#host.attachShadow({ mode: 'open' })
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(panelStyles)
    root.adoptedStyleSheets.push(sheet)
    this.#host.dataset['tidingsInspector'] = ''
    const withKey = title === undefined ? '' : ` (${title})`
    this.#show.type = 'button'
    this.#show.className = 'show'
    this.#show.title = `Show streams${withKey}`
    this.#show.addEventListener('click', () => this.#toggle(true))
    this.#panel.className = 'panel'
    this.#panel.tabIndex = -1
    this.#panel.setAttribute('aria-label', 'Streams of this page')
    this.#panel.append(this.#makeEdge(withKey), this.#inspector)
    root.append(this.#show, this.#panel)
    // The page's own keys are not meant while somebody types here.
    for (const type of ['keydown', 'keyup', 'keypress'])
      this.#host.addEventListener(type, (event) => event.stopPropagation())
    this.#panel.addEventListener('keydown', (event) => event.key === 'Escape' && this.#toggle(false))
  }

  #makeEdge(withKey: string): HTMLElement {
    const edge = document.createElement('div')
    edge.className = 'edge'
    const hide = document.createElement('button')
    hide.type = 'button'
    hide.className = 'hide'
    hide.textContent = '×'
    hide.title = `Hide streams${withKey}`
    hide.setAttribute('aria-label', 'Hide streams')
    hide.addEventListener('click', () => this.#toggle(false))
    edge.append(resizeBy(this.#panel), hide)
    return edge
  }

  #listen(keys: Shortcut): void {
    const { signal } = this.#controller
    const onKey = (event: KeyboardEvent): void => {
      if (!isPressed(keys, event)) return
      event.preventDefault()
      event.stopPropagation()
      this.#toggle(!this.#isOpen)
    }
    // Before whatever is in the page, so that no field takes it for a letter.
    addEventListener('keydown', onKey, { capture: true, signal })
  }

  /** Shows or hides it, and has the focus where it is expected. */
  #toggle(isOpen: boolean): void {
    this.#setOpen(isOpen)
    if (isOpen) this.#panel.focus()
    else this.#show.focus()
  }

  #setOpen(isOpen: boolean): void {
    this.#isOpen = isOpen
    this.#panel.hidden = !isOpen
    this.#show.hidden = isOpen
    if (isOpen) this.#inspector.refresh()
  }

  #count(): void {
    const { streams } = this.#inspection
    const open = streams.filter(({ state }) => state !== 'ended').length
    this.#show.toggleAttribute('data-open', open > 0)
    const text = open > 0 ? `Streams ${open}` : 'Streams'
    if (this.#show.textContent !== text) this.#show.textContent = text
  }
}

/** A script in the head runs before there is a body. */
function whenThereIsABody(action: () => void, signal: AbortSignal): void {
  if (document.body !== null) action()
  else document.addEventListener('DOMContentLoaded', action, { once: true, signal })
}
