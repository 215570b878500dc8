// Checks what became of the events that a chaos run published: what was acknowledged is kept, and kept once.

/**
 * `losses` are the moments at which the engine itself lost what it had: each with the time of its end, and with the last event
 * that it kept for certain (`keeps`; `undefined` if it lost everything). Counts events that are gone although no such loss
 * explains it (`unkept`), those that one explains (`rewound`), and keys that made two events (`missedDuplicates`).
 */
export function checkKeeping(acknowledged, losses, history) {
  const branch = history.branch()
  const kept = new Set(branch)
  const oldest = branch.at(-1)
  const counts = { unkept: 0, rewound: 0, missedDuplicates: countDuplicates(branch, history) }
  for (const { id, position, sentAt } of acknowledged) {
    if (kept.has(history.find(id))) continue
    if (losses.some((loss) => sentAt <= loss.endedAt && mayHaveLost(loss, position))) counts.rewound += 1
    else if (!isBefore(position, oldest)) counts.unkept += 1
  }
  return counts
}

function mayHaveLost({ keeps }, { epoch, seq }) {
  return keeps === undefined || keeps.epoch !== epoch || seq > keeps.seq
}

/** Whether the event was trimmed so early that nobody knows the events around it. */
function isBefore({ epoch, seq }, oldest) {
  return oldest !== undefined && oldest.previous === undefined && epoch === oldest.epoch && seq < oldest.seq
}

/** A key is known while its event is kept: only what was published again meanwhile is a missed duplicate. */
function countDuplicates(branch, { states }) {
  const later = new Map()
  let count = 0
  for (const { seq, data } of branch) {
    const again = later.get(data)
    const state = again && states.find(({ tail }) => tail >= again)
    if (state !== undefined && state.first <= seq) count += 1
    later.set(data, seq)
  }
  return count
}
