import { describe } from 'vitest'
import { describeWith, pathOf } from '../support/component/component.ts'
import { startScript } from '../support/component/fixture-process.ts'
import { tryLife } from '../support/server-life/suite.ts'

describe('a request on Node, this one', () => {
  tryLife({ start: () => startScript(process.execPath, [], 'server-life/server.mjs') })
})

describeWith('node24', 'a request on Node 24', () => {
  tryLife({ start: () => startScript(pathOf('node24'), [], 'server-life/server.mjs') })
})
