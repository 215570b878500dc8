// Scenario 2: a chat. A conversation is sent by POST and answered word by word.
import { defineRoute, Type } from 'tidings'
import { chooseModel } from '../model.mjs'

const model = chooseModel(process.env)

// #region shown
const Message = Type.Object({
  role: Type.Enum(['user', 'assistant']),
  content: Type.String({ minLength: 1, maxLength: 8000 }),
})
const Messages = Type.Array(Message, { minItems: 1, maxItems: 100 })

export const chat = defineRoute({
  method: 'POST',
  path: '/chat',
  sse: true,
  schema: { body: Type.Object({ messages: Messages }) },
  handler: async function* ({ body, signal }) {
    yield { type: 'start', model: model.name }

    let tokens = 0
    for await (const text of model.answer(body.messages, signal)) {
      tokens += 1
      yield { type: 'text_delta', content: text }
    }

    yield { type: 'done', usage: { tokens } }
  },
})
// #endregion
