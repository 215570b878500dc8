// The channel servers that `fan-out` measures.
import { startNchan, whyNoNchan } from '../components/nchan.mjs'

/**
 * The channel servers, in the order of the tables. `name` is the file in ../channels/; `start` starts a program that a
 * server needs, `whyNot` returns the reason if that is not installed.
 */
export const channelRoster = [
  { name: 'raw' },
  { name: 'tidings' },
  { name: 'better-sse' },
  { name: 'nchan', start: startNchan, whyNot: whyNoNchan },
]
