// The columns that the measures share.
import { formatPercent, formatRatio } from './table.mjs'

/** The column with the name of the server. */
export const nameColumn = { title: 'server', value: ({ name }) => name }

/** The column with the spread of the rounds: a smaller difference between two servers means nothing. */
export const spreadColumn = { title: 'spread', value: ({ spread }) => formatPercent(spread) }

/** Two columns: the median of a figure, and its ratio to raw. */
export function toColumns(title, key, format) {
  return [
    { title, value: ({ median }) => format(median[key]) },
    { title: 'x raw', value: ({ ratio }) => formatRatio(ratio[key]) },
  ]
}
