// Times and sizes, as people read them.

/** A length of time: `12ms`, `1.2s`, `2m05s`, `3h07m`. */
export function describeMs(ms: number): string {
  if (ms < 1) return `${ms.toFixed(ms < 0.1 && ms > 0 ? 2 : 1)}ms`
  if (ms < 999.5) return `${Math.round(ms)}ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)}s`
  const minutes = Math.floor(Math.round(ms / 1000) / 60)
  if (minutes < 60) return `${minutes}m${pad(Math.round(ms / 1000) % 60)}s`
  return `${Math.floor(minutes / 60)}h${pad(minutes % 60)}m`
}

/** The local time of day, to the millisecond. */
export function describeClock(date: Date): string {
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map(pad)
  return `${parts.join(':')}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** A size: `812 B`, `1.2 kB`, `34 MB`. */
export function describeBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const [size, unit] = bytes < 999_500 ? [bytes / 1000, 'kB'] : [bytes / 1_000_000, 'MB']
  return `${size < 9.95 ? size.toFixed(1) : Math.round(size)} ${unit}`
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
