// What the doctor finds in streams of other libraries, each written as its own documentation shows.
import { expect, onTestFinished, test } from 'vitest'
import { describeWith } from '../../support/component/component.ts'
import { startScript } from '../../support/component/fixture-process.ts'
import { examine, namesOf } from '../../support/doctor/examine.ts'

async function examineServer(file: string): Promise<readonly string[]> {
  const child = await startScript(process.execPath, [], '../../bench/doctor/child.mjs', [file])
  onTestFinished(() => child.kill())
  return namesOf(await examine(`${child.url}/feed`))
}

/** What all of them leave to chance, and what a stream that never rests has no occasion for. */
const usual = ['headers.incremental', 'heartbeat.cannot-tell', 'cors.none']

describeWith('rivals', 'the doctor finds out', () => {
  test('Hono: a counter begins again with each connection, and the handler after its end', async () => {
    const found = await examineServer('hono')
    expect(found).toEqual(expect.arrayContaining([...usual, 'resume.starts-again', 'end.runs-again', 'retry.none']))
    expect(found).toEqual(expect.arrayContaining(['headers.x-accel-buffering', 'headers.no-transform']))
  })

  test('better-sse: its ids are random, and nothing is resumed after them', async () => {
    const found = await examineServer('better-sse')
    expect(found).toEqual([...usual.slice(0, 2), 'resume.starts-again', 'end.runs-again', 'cors.none'])
  })

  test('vafast: no ids, HEAD refused, and the handler runs again', async () => {
    const found = await examineServer('vafast')
    expect(found).toEqual(expect.arrayContaining(['ids.none', 'resume.no-ids', 'head.refused', 'end.runs-again']))
  })

  test('Express by hand: what the headers do not say', async () => {
    const found = await examineServer('express')
    expect(found).toEqual(expect.arrayContaining(['headers.no-transform', 'headers.x-accel-buffering', 'ids.none']))
  })

  test('none of it in the same stream as a run of ours', async () => {
    expect(await examineServer('tidings')).toEqual(['heartbeat.cannot-tell', 'retry.none', 'cors.none'])
  })
})
