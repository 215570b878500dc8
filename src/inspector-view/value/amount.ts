// Amounts, as people read them.

const counts = new Intl.NumberFormat('en')
const short = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })

/** A count: `12,345`. */
export function showCount(count: number): string {
  return counts.format(count)
}

/** An amount of bytes: `512 B`, `1.21 kB`, `64 MB`. */
export function showBytes(bytes: number): string {
  if (bytes < 1000) return `${counts.format(Math.round(bytes))} B`
  if (bytes < 999_500) return `${short.format(bytes / 1000)} kB`
  if (bytes < 999_500_000) return `${short.format(bytes / 1_000_000)} MB`
  return `${short.format(bytes / 1_000_000_000)} GB`
}

/** A duration: `14 ms`, `2.5 s`, `3 min 5 s`, `2 h 10 min`. */
export function showDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs)
  if (ms < 1000) return `${ms < 10 ? short.format(ms) : Math.round(ms)} ms`
  if (ms < 59_950) return `${short.format(ms / 1000)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}

/** So many a second: `12/s`, `0.5/s`. */
export function showRate(perSecond: number): string {
  return `${short.format(perSecond)}/s`
}

/** A time of the day where the reader is: `14:05:09`; with ms `14:05:09.120`. */
export function showTime(at: number, withMs = false): string {
  const date = new Date(at)
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0'))
  return parts.join(':') + (withMs ? `.${String(date.getMilliseconds()).padStart(3, '0')}` : '')
}

/** A word for so many of something: `1 event`, `2 events`. */
export function showMany(count: number, one: string): string {
  return `${showCount(count)} ${one}${count === 1 ? '' : 's'}`
}
