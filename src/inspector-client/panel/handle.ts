// The handle by which the panel is made higher: by pointer, or by keys (WAI-ARIA Authoring Practices, Window Splitter).

/** The least height, in px, and what a key changes it by. */
const leastHeight = 160
const step = 32
/** The first height: this share of the window, and at least so many px. */
const firstShare = 0.45
const firstHeight = 400

/** A handle that changes the height of a panel at the end of the window. */
export function resizeBy(panel: HTMLElement): HTMLElement {
  const handle = document.createElement('div')
  handle.className = 'handle'
  handle.tabIndex = 0
  handle.setAttribute('role', 'separator')
  handle.setAttribute('aria-orientation', 'horizontal')
  handle.setAttribute('aria-label', 'Height of the panel')
  let height = 0
  const setHeight = (wanted: number): void => {
    height = Math.round(Math.min(Math.max(wanted, leastHeight), innerHeight))
    panel.style.setProperty('--height', `${height}px`)
    handle.setAttribute('aria-valuemin', String(leastHeight))
    handle.setAttribute('aria-valuemax', String(innerHeight))
    handle.setAttribute('aria-valuenow', String(height))
  }
  setHeight(Math.max(innerHeight * firstShare, firstHeight))
  handle.addEventListener('keydown', (event) => {
    const changes: Readonly<Record<string, number>> = {
      ArrowUp: step,
      ArrowDown: -step,
      Home: -height,
      End: innerHeight,
    }
    if (!Object.hasOwn(changes, event.key)) return
    event.preventDefault()
    setHeight(height + (changes[event.key] ?? 0))
  })
  handle.addEventListener('pointerdown', ({ pointerId }) => handle.setPointerCapture(pointerId))
  handle.addEventListener('pointermove', ({ pointerId, clientY }) => {
    if (handle.hasPointerCapture(pointerId)) setHeight(innerHeight - clientY)
  })
  return handle
}
