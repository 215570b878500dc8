// Scenario 2: a chat. An answer outlives its reader: a reload, a second tab and a new process follow it by its log.
import { defineRoute } from 'tidings'
import { chat, chatRoutes } from 'tidings/ai'

/**
 * @param {import('tidings/channel').Channels} channels
 * @param {Awaited<ReturnType<typeof import('../model/choose-model.mjs').chooseModel>>} model
 */
export function createChatRoutes(channels, model) {
  // #region shown
  const runs = channels.runs({
    owner: () => 'everybody', // a real app returns the user whom its guard has checked
    leaseMs: 3000, // after this silence of its process an answer is interrupted
    keepMs: 10 * 60_000,
    maxBytes: 2 ** 20,
  })

  const routes = chatRoutes({
    path: '/chat',
    resume: runs,
    maxRunsPerOwner: 20,
    limits: { maxMessages: 100 },
    handler: async function* ({ messages, runId, signal }) {
      yield chat.metadata({ model: model.name, runId })

      // Tokens as text, or the chunks of a provider as they are. Stop aborts `signal`.
      yield* model.answer(messages, signal)
    },
  })
  // #endregion

  /** Tells the page what it talks to. */
  const label = defineRoute({
    method: 'GET',
    path: '/model',
    handler: () => ({ name: model.name, note: model.note }),
  })

  return [routes, label]
}
