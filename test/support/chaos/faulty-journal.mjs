// Journals that break a promise: the controls of what a chaos run counts.
import { forwarding } from './forwarding.mjs'

/** By the name of the control. */
export const faultyJournals = {
  /** It does not look at nonces, as an engine that has none: a rewritten number passes for the one that it was. */
  blind: (journal) => ({
    ...forwarding(journal),
    read: (topic, from, options) =>
      journal.read(topic, typeof from === 'string' ? from : { ...from, nonce: '' }, options),
    watch: (topic, watcher) =>
      journal.watch(topic, {
        onEvent: (event) => watcher.onEvent(event && { ...event, previous: undefined }),
        onReconnect: () => watcher.onReconnect(),
      }),
  }),

  /** It forgets idempotency keys. */
  forgetful: (journal) => ({
    ...forwarding(journal),
    append: (topic, data, options) => journal.append(topic, data, { ...options, key: undefined }),
  }),

  /** It says of every tenth event that it is stored, and does not store it. */
  hasty: (journal) => {
    let count = 0
    let last
    return {
      ...forwarding(journal),
      append: async (...given) => {
        count += 1
        if (count % 10 === 0 && last !== undefined) return { ...last, position: { ...last.position, nonce: 'none' } }
        last = await journal.append(...given)
        return last
      },
    }
  },
}
