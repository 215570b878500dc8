// Random sequences of everything that can be done with a journal, compared step by step with the model.
import type { JournalSubject } from '../subject.ts'
import type { JournalCase, CaseContext } from '../cases/case.ts'
import { createHarness } from './harness.ts'
import { takeStep } from './step.ts'
import { createSeededRandom } from '../../seeded-random.ts'

const stepsOfSequence = 60

/** One case: so many sequences, the first of them from the subject's seed. */
export function propertyCases({ seed, sequences = 10 }: JournalSubject): readonly JournalCase[] {
  const first = seed ?? Math.floor(Math.random() * 2 ** 31)
  return Array.from({ length: sequences }, (_, index) => ({
    name: `behaves like the model (${index + 1} of ${sequences})`,
    run: (context: CaseContext) => runSequence(context, first + index),
  }))
}

async function runSequence(context: CaseContext, seed: number): Promise<void> {
  const harness = await createHarness(context, createSeededRandom(seed))
  try {
    for (let step = 0; step < stepsOfSequence; step += 1) await takeStep(harness)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const steps = harness.steps.slice(-12).join('\n  ')
    throw new Error(
      `${reason}\nTo see it again: seed: ${seed}, sequences: 1. The last of ${harness.steps.length} steps:\n  ${steps}`,
      {
        cause: error,
      },
    )
  }
}
