// Child process: the reader of all measures. It can `read` streams to their end, `hold` idle ones, `request` JSON,
// reconnect (`comeBack`; to many topics: `rejoin`, `takeMissed`), and follow a channel (`join`, `begin`, `finish`, `leave`).
import { answerAsks } from '../workers/answer-asks.mjs'
import { comeBack } from './come-back.mjs'
import { beginCounting, finishCounting, joinChannel, leaveChannel } from './follow-channel.mjs'
import { holdStreams } from './hold-streams.mjs'
import { rejoinTopics, takeMissed } from './many-topics.mjs'
import { readStreams } from './read-streams.mjs'
import { requestJson } from './request-json.mjs'

const audience = { join: joinChannel, begin: beginCounting, finish: finishCounting, leave: leaveChannel }

answerAsks({
  read: withLoad(readStreams),
  hold: holdStreams,
  request: withLoad(requestJson),
  comeBack: withLoad(comeBack),
  rejoin: rejoinTopics,
  takeMissed: withLoad(takeMissed),
  ...audience,
})

/**
 * Adds `readerLoad`, the fraction of the time that this process used its core. Near 1, the reader was the bottleneck.
 */
function withLoad(measure) {
  return async (options) => {
    const usage = process.cpuUsage()
    const started = performance.now()
    const result = await measure(options)
    const { user, system } = process.cpuUsage(usage)
    return { ...result, readerLoad: (user + system) / 1000 / (performance.now() - started) }
  }
}
