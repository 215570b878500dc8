// Interleaved rounds: every server once a round, each round in another order, so that no server owns the quiet minute.

/**
 * Calls `sample(subject)` for every subject `rounds` times. Resolves to one `{ name, samples, failure }` for each, in the
 * order given; a subject that fails is measured no more and keeps its failure.
 */
export async function measureInRounds(subjects, rounds, sample) {
  const results = subjects.map((subject) => ({ subject, name: subject.name, samples: [], failure: subject.failure }))
  for (let round = 0; round < rounds; round += 1) {
    for (const result of rotate(results, round)) await measureOnce(result, sample)
  }
  return results.map(({ name, samples, failure }) => ({ name, samples, failure }))
}

async function measureOnce(result, sample) {
  if (result.failure !== undefined) return
  try {
    result.samples.push(await sample(result.subject))
  } catch (error) {
    result.failure = error.message
  }
}

function rotate(list, round) {
  const shift = round % list.length
  return [...list.slice(shift), ...list.slice(0, shift)]
}
