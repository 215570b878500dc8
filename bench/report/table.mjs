// Aligned tables for a terminal.

/**
 * The table as one string: a line of titles, then a line for each row. `columns` are `{ title, value(row) }`; the first
 * column is aligned left, the others right.
 */
export function formatTable(columns, rows) {
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ value }) => value(row)))]
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index].length)))
  return lines
    .map((line) =>
      line
        .map((cell, index) => pad(cell, widths[index], index))
        .join('   ')
        .trimEnd(),
    )
    .join('\n')
}

/** A number rounded to an integer, with its digits in groups of three: 634 020. */
export function formatCount(value) {
  return Math.round(value).toLocaleString('en-US').replaceAll(',', ' ')
}

/** A number with two decimals; a dash if it was not measured. */
export function formatRatio(value) {
  return value === undefined ? '-' : value.toFixed(2)
}

/** A fraction of 1 as a percentage. */
export function formatPercent(value) {
  return `${Math.round(value * 100)} %`
}

function pad(cell, width, index) {
  return index === 0 ? cell.padEnd(width) : cell.padStart(width)
}
