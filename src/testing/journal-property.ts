// Random sequences of everything that can be done with a journal, compared step by step with the model.
import type { JournalSubject } from './describe-journal.ts'
import type { JournalCase, Stage } from './journal-case.ts'
import { createScene } from './journal-scene.ts'
import { takeStep } from './journal-step.ts'
import { createSeededRandom } from './seeded-random.ts'

const stepsOfSequence = 60

/** One case: so many sequences, the first of them from the subject's seed. */
export function propertyCases({ seed, sequences = 10 }: JournalSubject): readonly JournalCase[] {
  const first = seed ?? Math.floor(Math.random() * 2 ** 31)
  return Array.from({ length: sequences }, (_, index) => ({
    name: `behaves like the model (${index + 1} of ${sequences})`,
    run: (stage: Stage) => runSequence(stage, first + index),
  }))
}

async function runSequence(stage: Stage, seed: number): Promise<void> {
  const scene = await createScene(stage, createSeededRandom(seed))
  try {
    for (let step = 0; step < stepsOfSequence; step += 1) await takeStep(scene)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const steps = scene.story.slice(-12).join('\n  ')
    throw new Error(
      `${reason}\nTo see it again: seed: ${seed}, sequences: 1. The last of ${scene.story.length} steps:\n  ${steps}`,
      {
        cause: error,
      },
    )
  }
}
