import { describe } from 'vitest'
import { describeWith, pathOf } from '../support/component.ts'
import { startScript } from '../support/fixture-process.ts'
import { tryLife } from '../support/life-suite.ts'

describe('a request on Node, this one', () => {
  tryLife({ start: () => startScript(process.execPath, [], 'life-server.mjs') })
})

describeWith('node24', 'a request on Node 24', () => {
  tryLife({ start: () => startScript(pathOf('node24'), [], 'life-server.mjs') })
})
