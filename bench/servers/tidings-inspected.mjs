// Fairness: the server of tidings.mjs, with an inspector that no page has open; all defaults stay on.
import { inspector } from '../../dist/inspector/index.js'
import { start as startTidings } from './tidings.mjs'

/** Starts the server on a free loopback port; resolves to the port. */
export function start() {
  return startTidings(inspector({ development: true, log: () => {} }))
}
