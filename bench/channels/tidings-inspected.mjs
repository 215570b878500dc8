// Fairness: the server of tidings.mjs, with an inspector of it and of its channels that no page has open; all defaults stay on.
import { inspector } from '../../dist/inspector/index.js'
import { channels, start as startTidings } from './tidings.mjs'

/** Starts the server on a free loopback port; resolves to the `port` and `path` of its stream, and `publish(event)`. */
export function start(given) {
  return startTidings(given, inspector({ development: true, channels: [channels], log: () => {} }))
}
