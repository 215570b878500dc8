// What rounds are summed up in.

const yardstick = 'raw'

/**
 * The figures of one round in which a server sent `count` things: their rate, its CPU for each, and the part of the time
 * that server and reader were each on their core.
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
 * `spread` is how far the rounds lie apart in the first key. A server without a sample keeps its `failure` alone.
 */
export function sumUp(results) {
  const bases = results.find(({ name }) => name === yardstick)?.samples ?? []
  return results.map(({ name, samples, failure }) =>
    samples.length === 0 ? { name, failure } : toRow({ name, samples, failure, bases }),
  )
}

function toRow({ name, samples, failure, bases }) {
  const keys = Object.keys(samples[0])
  const toEntries = (figure) => Object.fromEntries(keys.map((key) => [key, figure(key)]))
  return {
    name,
    failure,
    median: toEntries((key) => median(samples.map((sample) => sample[key]))),
    ratio: toEntries((key) => medianRatio(samples, bases, key)),
    spread: spread(samples.map((sample) => sample[keys[0]])),
    samples,
  }
}

function median(values) {
  const sorted = values.toSorted((left, right) => left - right)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

function medianRatio(samples, bases, key) {
  const paired = samples.filter((_, round) => bases[round] !== undefined)
  return paired.length === 0 ? undefined : median(paired.map((sample, round) => sample[key] / bases[round][key]))
}

function spread(values) {
  return (Math.max(...values) - Math.min(...values)) / median(values)
}
