// The columns that the measures share.
import { formatPercent, formatRatio } from './table.mjs'

/** Whose row it is. */
export const nameColumn = { title: 'server', value: ({ name }) => name }

/** How far the rounds lie apart: what a difference must exceed to mean something. */
export const spreadColumn = { title: 'spread', value: ({ spread }) => formatPercent(spread) }

/** A median, and beside it its ratio to raw. */
export function toColumns(title, key, format) {
  return [
    { title, value: ({ median }) => format(median[key]) },
    { title: 'x raw', value: ({ ratio }) => formatRatio(ratio[key]) },
  ]
}
