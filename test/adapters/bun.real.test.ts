import { describeWith, pathOf } from '../support/component.ts'
import { startScript } from '../support/fixture-process.ts'
import { tryLife } from '../support/life-suite.ts'

describeWith('bun', 'a request on Bun', () => {
  tryLife({ start: () => startScript(pathOf('bun'), [], 'life-server.mjs') })
})
