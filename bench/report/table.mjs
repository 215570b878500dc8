// Aligned tables for a terminal.

/**
 * A line of titles and a line a row, as one string. `columns` are `{ title, value(row) }`; the first is set left, the
 * others right.
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

/** A whole number in groups of three: 634 020. */
export function formatCount(value) {
  return Math.round(value).toLocaleString('en-US').replaceAll(',', ' ')
}

/** Two digits behind the point; a dash for what was not measured. */
export function formatRatio(value) {
  return value === undefined ? '-' : value.toFixed(2)
}

/** A part of one, as per cent. */
export function formatPercent(value) {
  return `${Math.round(value * 100)} %`
}

function pad(cell, width, index) {
  return index === 0 ? cell.padEnd(width) : cell.padStart(width)
}
