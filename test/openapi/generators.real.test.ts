// Generators of clients, given our documents: what they make must have the types of the routes.
import { createRequire } from 'node:module'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { spawnSync } from 'node:child_process'
import * as v from 'valibot'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWith } from '../support/component/component.ts'
import { untyped } from '../support/server/asking.ts'
import { at, documentOf, faultsOf } from '../support/openapi/validate.ts'
import { taskRoutes } from '../support/openapi/task-routes.ts'

const tools = fileURLToPath(new URL('../../openapi-tools/node_modules/', import.meta.url))
const typescript = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))

describeWith('openapi-tools', 'generators', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidings-openapi-'))
    for (const version of ['3.1', '3.2'] as const)
      writeFileSync(join(folder, `${version}.json`), JSON.stringify(documentOf(taskRoutes, { version })))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  /** Runs a program of a package; fails with what it has printed. */
  function run(program: string, ...args: readonly string[]): void {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(status, `${stdout}${stderr}`).toBe(0)
  }

  /** Compiles a program against what was generated. */
  function compile(name: string, text: string): void {
    writeFileSync(join(folder, name), text)
    const flags = ['--noEmit', '--strict', '--ignoreConfig', '--skipLibCheck', '--module', 'esnext']
    run(typescript, ...flags, '--moduleResolution', 'bundler', '--types', '', name)
  }

  test('openapi-typescript types the events of a stream', () => {
    run(join(tools, 'openapi-typescript/bin/cli.js'), '3.1.json', '-o', 'schema.ts')
    compile(
      'openapi-typescript.ts',
      `import type { paths } from './schema'
       type Content = paths['/tasks/{id}/progress']['get']['responses'][200]['content']
       const events: Content['text/event-stream'][] = [
         { data: { percent: 1 } },
         { event: 'token', data: 'Hello' },
         { event: 'comment', data: { text: 'x', answers: [] } },
       ]
       // @ts-expect-error -- no such data
       events.push({ event: 'token', data: 1 })
       export const id: paths['/tasks/{id}/progress']['get']['parameters']['path']['id'] = 1
       export { events }`,
    )
  }, 60_000)

  test('hey-api types the events of a stream', () => {
    run(join(tools, '@hey-api/openapi-ts/bin/run.js'), '-i', '3.1.json', '-o', 'hey', '-p', '@hey-api/typescript')
    compile(
      'hey-api.ts',
      `import type { GetTasksIdProgressData, GetTasksIdProgressResponses, PostTasksData } from './hey/types.gen'
       const events: GetTasksIdProgressResponses[200][] = [{ data: { percent: 1 } }, { event: 'token', data: 'Hello' }]
       // @ts-expect-error -- no such data
       events.push({ event: 'token', data: 1 })
       export const query: GetTasksIdProgressData['query'] = { tag: ['x'] }
       export const body: PostTasksData['body'] = { title: 'x' }
       export { events }`,
    )
  }, 60_000)

  test('both read a document of 3.2, and leave its events untyped', () => {
    run(join(tools, 'openapi-typescript/bin/cli.js'), '3.2.json', '-o', 'schema32.ts')
    run(join(tools, '@hey-api/openapi-ts/bin/run.js'), '-i', '3.2.json', '-o', 'hey32', '-p', '@hey-api/typescript')
    expect(readFileSync(join(folder, 'hey32/types.gen.ts'), 'utf8')).toContain('200: unknown')
    expect(readFileSync(join(folder, 'schema32.ts'), 'utf8')).toContain('"text/event-stream": unknown')
  }, 60_000)

  test('@valibot/to-json-schema makes the schemas of valibot', async () => {
    const entry = createRequire(join(tools, 'x.js')).resolve('@valibot/to-json-schema')
    const { toJsonSchema } = (await import(pathToFileURL(entry).href)) as { toJsonSchema: () => object }
    const body = v.object({ title: v.string() })
    const route = untyped({ method: 'POST', path: '/x', schema: { body }, handler: () => 'x' })
    const document = documentOf([route], { toJsonSchema })
    const content = at(document, 'paths', '/x', 'post', 'requestBody', 'content', 'application/json')
    expect(content).toMatchObject({ schema: { type: 'object', required: ['title'] } })
    expect(await faultsOf(document)).toEqual([])
  })
})
