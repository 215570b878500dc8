// What rounds are summed up in.

const yardstick = 'raw'
const calmLoad = 0.8

/**
 * The figures of one round in which a server sent `count` things: their rate, its CPU for each, and the part of the
 * time that server and reader were each on their core.
 */
export function toSample({ count, elapsedMs, cpuMicroseconds, readerLoad }) {
  return {
    perSecond: (count / elapsedMs) * 1000,
    cpuMicroseconds: cpuMicroseconds / count,
    serverLoad: cpuMicroseconds / 1000 / elapsedMs,
    readerLoad,
  }
}

/**
 * One row a server from its rounds. For each key of the samples, `median[key]`, and `ratio[key]`, the median over the
 * rounds of the value by raw's value in the same round, so that a machine that slows down in the middle slows both.
 * `spread` is how far the rounds lie apart in the first key. Rounds in which another program took the server's core
 * are left out, unless more than half are like that: then all count, and `disturbed` is true.
 * A server without a sample has its `failure` alone.
 */
export function sumUp(results) {
  const bases = results.find(({ name }) => name === yardstick)?.samples ?? []
  return results.map((result) =>
    result.samples.length === 0 ? { name: result.name, failure: result.failure } : toRow(result, bases),
  )
}

function toRow({ name, samples, failure }, bases) {
  const calm = samples.filter(isCalm)
  const disturbed = calm.length * 2 < samples.length
  const counted = disturbed ? samples : calm
  const keys = Object.keys(samples[0])
  const toEntries = (figure) => Object.fromEntries(keys.map((key) => [key, figure(key)]))
  return {
    name,
    failure,
    disturbed,
    median: toEntries((key) => median(counted.map((sample) => sample[key]))),
    ratio: toEntries((key) => medianRatio(samples, bases, key)),
    spread: spread(counted.map((sample) => sample[keys[0]])),
    samples,
  }
}

/** Memory has no load: it is the same whoever else runs. */
function isCalm({ serverLoad = 1, readerLoad = 0 }) {
  return serverLoad >= calmLoad || readerLoad >= calmLoad
}

function median(values) {
  const sorted = values.toSorted((left, right) => left - right)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

function medianRatio(samples, bases, key) {
  const pairs = samples.map((sample, round) => [sample, bases[round]]).filter(([, base]) => base !== undefined)
  if (pairs.length === 0) return undefined
  const calm = pairs.filter(([sample, base]) => isCalm(sample) && isCalm(base))
  const counted = calm.length * 2 < pairs.length ? pairs : calm
  return median(counted.map(([sample, base]) => sample[key] / base[key]))
}

function spread(values) {
  return (Math.max(...values) - Math.min(...values)) / median(values)
}
