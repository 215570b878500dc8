// Random sequences of calls of a journal, compared step by step with the reference model.
import type { JournalSubject } from '../subject.ts'
import type { JournalCase, CaseContext } from '../cases/case.ts'
import { createHarness } from './harness.ts'
import { takeStep } from './step.ts'
import { createSeededRandom } from '../../seeded-random.ts'

const stepsOfSequence = 60

/** One test case per random sequence. The first uses the subject's seed, each other the seed before it plus one. */
export function propertyCases({ seed, sequences = 10 }: JournalSubject): readonly JournalCase[] {
  const first = seed ?? Math.floor(Math.random() * 2 ** 31)
  return Array.from({ length: sequences }, (_, index) => ({
    name: `behaves like the reference model in random sequence ${index + 1} of ${sequences}`,
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
      `${reason}\nTo reproduce it, set seed: ${seed}, sequences: 1. The last of ${harness.steps.length} steps:\n  ${steps}`,
      {
        cause: error,
      },
    )
  }
}
