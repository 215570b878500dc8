// The statistics of a measure: from the samples of all rounds to one row a server.

const calmLoad = 0.8

/**
 * The sample of one round in which a server sent `count` events or responses: their rate, the CPU time for each, and
 * the fraction of the time that the server and the reader each had their core.
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
 * One row for each server. For each key of the samples it has `median[key]` and `ratio[key]`: the median over the
 * rounds of the value divided by that of `baseline` in the same round, so that a machine that slows down in between affects
 * both. `spread` is (largest - smallest) / median of the first key. Rounds in which another program used the server's
 * core are left out, unless they are more than half: then all rounds count, and `disturbed` is true. The row of a
 * server without samples has only its `failure`.
 */
export function sumUp(results, baseline = 'raw') {
  const bases = results.find(({ name }) => name === baseline)?.samples ?? []
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

/** Whether no other program disturbed the sample. A sample without a load, such as memory, is never disturbed. */
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
