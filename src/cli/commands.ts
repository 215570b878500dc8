// The commands of `tidings`, in the order of its help.
import { bench } from './bench/bench.ts'
import { createProject } from './new/new.ts'
import { doctor } from './examine/doctor.ts'
import { record } from './cassette/record.ts'
import { replay } from './cassette/replay.ts'
import { tail } from './tail/tail.ts'
import type { Command } from './command/command.ts'

/** All commands. */
export const commands: readonly Command[] = [tail, record, replay, bench, doctor, createProject]
