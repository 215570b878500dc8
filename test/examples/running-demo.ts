// The demo in a process of its own, with a folder of its own for what it keeps.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openExample, startExample, type RunningExample } from './running-example.ts'

const demo = 'demo/server.mjs'

/** A folder for what a demo keeps, which is deleted by `remove`. */
export async function makeFolder(): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'tidings-demo-data-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }) }
}

/** Starts the demo until the test is over; with `folder`, it finds there what another one has left. */
export async function startDemo(environment: NodeJS.ProcessEnv = {}, folder?: string): Promise<RunningExample> {
  return startExample(demo, { TIDINGS_DEMO_DATA: folder ?? (await makeFolderForTest()), ...environment })
}

/** The same for longer than a test. Who opens it ends it, and removes the folder. */
export async function openDemo(folder: string, environment: NodeJS.ProcessEnv = {}): Promise<RunningExample> {
  return openExample(demo, { TIDINGS_DEMO_DATA: folder, ...environment })
}

/** A folder until the test is over. */
export async function makeFolderForTest(): Promise<string> {
  const { folder, remove } = await makeFolder()
  onTestFinished(remove)
  return folder
}
