// Whose channels are measured.
import { startNchan, whyNoNchan } from '../components/nchan.mjs'

/** In the order of the tables. `name` is the file in ../channels/; `start` brings up a program that it needs, `whyNot` says when there is none. */
export const channelRoster = [
  { name: 'raw' },
  { name: 'tidings' },
  { name: 'better-sse' },
  { name: 'nchan', start: startNchan, whyNot: whyNoNchan },
]
