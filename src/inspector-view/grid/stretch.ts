// Which rows of a long list are in view.

/** Where a list is scrolled to; all in px. */
export interface Scrolled {
  readonly top: number
  /** The height of what is in view, without the head of the list. */
  readonly height: number
  readonly rowHeight: number
}

/** How many rows are made beyond each end of the view, so that no gap is seen while it is scrolled. */
const beyond = 6

/** The first row to be made, and the one after the last. */
export function stretchOf(
  count: number,
  { top, height, rowHeight }: Scrolled,
): { readonly first: number; readonly end: number } {
  const end = Math.min(count, Math.ceil((top + height) / rowHeight) + beyond)
  return { first: Math.max(0, Math.min(end, Math.floor(top / rowHeight) - beyond)), end }
}
