// Interleaved rounds: every server once a round, each round in another order, so that quiet times of the machine are
// shared.

/**
 * Calls `sample(subject)` for every subject in each of `rounds` rounds. Resolves to `{ name, samples, failure }` for
 * each subject, in the given order; a subject that fails is not measured in later rounds.
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
