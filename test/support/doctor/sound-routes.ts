// A topic of ours that the doctor reads: events for as long as somebody does, each with the time at which it was made.
import { onTestFinished } from 'vitest'
import { createChannels } from '../../../src/channel/index.ts'
import { defineRoute, type AnyRoute } from '../../../src/server/index.ts'

/** A route at /feed, whose topic gets an event every 50 ms until the test is over. */
export function soundRoutes(): readonly AnyRoute[] {
  const channels = createChannels({ onError: () => {} })
  const feed = channels.topic<{ readonly n: number; readonly at: number }>('feed')
  let n = 0
  // oxlint-disable-next-line no-restricted-globals -- When events are made is what the doctor measures.
  const timer = setInterval(() => void feed.publish({ n: (n += 1), at: Date.now() }), 50)
  onTestFinished(async () => {
    clearInterval(timer)
    await channels.close()
  })
  const handler = ({ lastEventId }: { readonly lastEventId: string | undefined }) =>
    feed.subscribe({ after: lastEventId })
  return [defineRoute({ method: 'GET', path: '/feed', sse: { heartbeatMs: 60_000, retryMs: 3000 }, handler })]
}
