// A conversation with every part that a message can have, in every state.
import type { ChatMessage } from '../../../src/chat/index.ts'

/** A picture of one pixel. */
const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

const markdown = `Two things matter here: **how far** the answer has come, and *who* may see it.

## What happens on a reload

1. The page asks for the answer that is being given.
2. It is told from its first word, and goes on live.
   - Nothing is told twice.
   - Nothing is lost.

\`\`\`ts
import { createChat } from 'tidings/chat'

const chat = createChat({ url: '/api/chat', id: 'my-chat' })
\`\`\`

| state | meaning |
| --- | --- |
| \`ready\` | a message can be sent |
| \`streaming\` | the answer comes |

> A connection that breaks off is not an end.

More is in [the documentation](https://example.com/docs).`

/** Every part in every state. */
export const gallery: readonly ChatMessage[] = [
  {
    id: 'u1',
    role: 'user',
    parts: [
      { type: 'file', url: pixel, mediaType: 'image/png', filename: 'picture.png' },
      { type: 'file', url: 'data:text/plain,notes', mediaType: 'text/plain', filename: 'notes.txt' },
      { type: 'text', text: 'What becomes of an answer when I reload the page?' },
    ],
  },
  {
    id: 'a1',
    role: 'assistant',
    parts: [
      { type: 'step-start' },
      { type: 'reasoning', text: 'They ask about **resuming**. I look it up.', state: 'done' },
      {
        type: 'dynamic-tool',
        toolName: 'search_docs',
        toolCallId: 'c1',
        title: 'Search the docs',
        state: 'output-available',
        input: { query: 'resume' },
        output: { hits: 3 },
      },
      {
        type: 'dynamic-tool',
        toolName: 'fetch_page',
        toolCallId: 'c2',
        state: 'output-error',
        input: { url: 'https://example.com' },
        errorText: 'The page does not answer.',
      },
      { type: 'text', text: markdown, state: 'done' },
      { type: 'source-url', sourceId: 's1', url: 'https://example.com/docs', title: 'Resuming answers' },
      { type: 'source-url', sourceId: 's2', url: 'https://example.org/a/long/path' },
      { type: 'source-document', sourceId: 's3', mediaType: 'application/pdf', title: 'Manual, page 12' },
    ],
  },
  { id: 'u2', role: 'user', parts: [{ type: 'text', text: 'Then delete the old logs, please.\nAll of them.' }] },
  {
    id: 'a2',
    role: 'assistant',
    parts: [
      { type: 'text', text: 'I need your word for that.', state: 'done' },
      {
        type: 'dynamic-tool',
        toolName: 'list_logs',
        toolCallId: 'c3',
        state: 'output-denied',
        input: {},
        approval: { id: 'p3', approved: false },
      },
      {
        type: 'dynamic-tool',
        toolName: 'delete_logs',
        toolCallId: 'c4',
        state: 'approval-requested',
        input: { olderThanDays: 30 },
        approval: { id: 'p4', requestReason: 'It cannot be undone.' },
      },
    ],
  },
]

/** The same in scripts that run from right to left, and in those without spaces. */
export const rightToLeft: readonly ChatMessage[] = [
  { id: 'u1', role: 'user', parts: [{ type: 'text', text: 'ماذا يحدث للإجابة عند إعادة تحميل الصفحة؟' }] },
  {
    id: 'a1',
    role: 'assistant',
    parts: [
      { type: 'reasoning', text: 'سؤال عن الاستئناف.', state: 'done' },
      {
        type: 'dynamic-tool',
        toolName: 'search_docs',
        toolCallId: 'c1',
        title: 'البحث في الوثائق',
        state: 'output-available',
        input: { query: 'resume' },
        output: { hits: 3 },
      },
      {
        type: 'text',
        text: 'تستمر الإجابة من أول كلمة:\n\n1. تسأل الصفحة عن الإجابة الجارية.\n2. لا شيء يُقال مرتين.\n\n```js\nawait chat.resume()\n```\n\nAn English paragraph keeps its own direction.\n\n这一段是中文，没有空格，也应当正常换行。',
        state: 'done',
      },
      { type: 'source-url', sourceId: 's1', url: 'https://example.com/docs', title: 'استئناف الإجابات' },
    ],
  },
]
