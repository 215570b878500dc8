import { expect, onTestFinished, test } from 'vitest'
import { describeWith, pathOf } from '../support/component/component.ts'
import { startScript } from '../support/component/fixture-process.ts'
import { tryLife } from '../support/server-life/suite.ts'

describeWith('bun', 'a request on Bun', () => {
  tryLife({ start: () => startScript(pathOf('bun'), [], 'server-life/server.mjs') })
})

describeWith('bun', 'a default export on Bun', () => {
  test('is not served a second time', async () => {
    const fixture = await startScript(pathOf('bun'), [], 'server-life/worker.mjs')
    onTestFinished(() => fixture.kill())
    // Bun starts a server of its own for a module's default export, once the module has run, and says so.
    for (let asked = 0; asked < 20; asked++) expect((await fetch(`${fixture.url}/nowhere`)).status).toBe(404)
    expect(fixture.output().trim()).toBe(`listening ${fixture.url}`)
  })
})
