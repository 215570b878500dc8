// What rounds are summed up in.

const yardstick = 'raw'

/**
 * One row a server from its rounds. For each key of the samples, `median[key]`, and `ratio[key]`, the median over the
 * rounds of the value by raw's value in the same round, so that a machine that slows down in the middle slows both.
 * `spread` is how far the rounds lie apart in the first key. A server without a sample keeps its `failure` alone.
 */
export function sumUp(results) {
  const bases = results.find(({ name }) => name === yardstick)?.samples ?? []
  return results.map(({ name, samples, failure }) => (samples.length === 0 ? { name, failure } : toRow({ name, samples, failure, bases })))
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
  const sorted = [...values].sort((left, right) => left - right)
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
