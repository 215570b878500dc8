// A scripted stand-in for a model: has a few answers about Server-Sent Events and yields them piece by piece.
import { sleep } from 'tidings'

const topics = [
  {
    words: /websocket|socket\.io|\bws\b/i,
    text: `A WebSocket is a second protocol that begins as HTTP and then leaves it behind: both sides may speak at any time, and whatever HTTP gave you (proxies, compression, status codes, cookies, your middleware) has to be found again.

Server-Sent Events stay inside HTTP. The server speaks and the client listens; when the client has something to say, it sends an ordinary request, as you have just done. That covers progress, notifications, prices and the words of a model.

Take a WebSocket where both sides really talk at once: a game, a shared cursor, a call.`,
  },
  {
    words: /re-?connect|resum|last-event|lost|drop|miss|offline/i,
    text: `Every event may carry an id:

\`\`\`
id: 42
event: note
data: {"text":"tea is ready"}
\`\`\`

The browser remembers the last one. When the connection breaks, it waits for as long as \`retry\` said, connects again and sends \`Last-Event-ID: 42\`. In a handler that is \`ctx.lastEventId\`: go on behind it, and nobody has missed anything.

Scroll down to the notes and press **Cut my connection** to see it happen.`,
  },
  {
    words: /stop|abort|cancel|leav|clean/i,
    text: `When you press **Stop**, the page aborts its \`fetch\`, and the connection closes. On the server \`ctx.signal\` aborts at once: whatever was handed that signal (the request to a model, a query, a file) is broken off, and then the handler's \`finally\` runs.

So nobody pays for words that nobody reads. Try it now, in the middle of this sentence, which goes on for a little while so that you have the time to reach for the button and see how the wire falls silent.`,
  },
  {
    words: /error|fail|throw|valid|400/i,
    text: `There are two kinds. Before the first event an error is a plain HTTP status: a body that does not fit the schema is a 400 with the list of what is wrong, and no stream is opened. The button **An invalid body** shows one.

After that the status is gone, so a handler that throws sends one last event:

\`\`\`
event: error
data: {"error":"The paint ran out."}
\`\`\``,
  },
  {
    words: /proxy|nginx|buffer|heartbeat|time-?out|keep-?alive/i,
    text: `Proxies do two things to a stream: they hold it back, and they cut it when it is silent.

Against the first there is a header, \`X-Accel-Buffering: no\`. Against the second a heartbeat: a line with a single colon, which every reader ignores, after fifteen seconds of silence. Both are there without your asking.`,
  },
  {
    words: /ndjson|json lines|server to server|backend/i,
    text: `Between two servers the framing of events is often more than is needed. Ask the same route with \`Accept: application/x-ndjson\`, and each event is one line of JSON instead. The handler does not know the difference.`,
  },
  {
    words: /http\/?2|six|limit|how many|scale|connections/i,
    text: `Over HTTP/1.1 a browser opens six connections to one origin, and every stream takes one of them, in all tabs together. Over HTTP/2 they share one connection, and the six are a hundred. Browsers speak it over TLS only: \`serve({ fetch, tls: { key, cert } })\`.

A server minds far less: an idle stream costs it a few kilobytes.`,
  },
  {
    words: /token|model|stream(ing)? (an )?(answer|response)|\bai\b|llm|gpt|openai/i,
    text: `I am a script of a few dozen lines; no model is running. But the way is the real one: your question went out by \`POST\` as JSON, the handler yields \`{ type: "text_delta", content }\` for each piece, and the page puts them together.

Start the demo with \`OPENAI_BASE_URL\` and \`OPENAI_API_KEY\` set, and the same route streams from a real model instead. \`OPENAI_MODEL\` says which.`,
  },
  {
    words: /\b(what|explain|sse|server-sent|event ?stream|how)\b/i,
    text: `Server-Sent Events are an HTTP response that does not end. The server keeps it open and writes small blocks of text into it, each closed by an empty line:

\`\`\`
event: status
data: {"online":true}
\`\`\`

The browser reads them with \`EventSource\`, or with \`fetch\` where a request needs a body, as here. Everything else is ordinary HTTP, which is the whole charm of it.

On the server it is a generator: what it yields is what you are reading. The middle column has the bytes.`,
  },
  {
    words: /\b(hi|hello|hey|good (morning|evening|day))\b/i,
    text: `Hello. Ask me how a stream resumes, why not a WebSocket, or what happens when you press Stop.`,
  },
  { words: /thank|great|nice|cool/i, text: `You are welcome. The code beside this is all there is to it.` },
]

export const scriptedModel = {
  name: 'scripted',
  async *answer(messages, signal) {
    await sleep(350, signal)
    for (const piece of piecesOf(compose(messages))) {
      yield piece
      await sleep(15 + Math.random() * 35, signal)
    }
  },
}

function compose(messages) {
  const question = messages.at(-1).content.trim()
  const text = topicOf(question)?.text
  if (text === undefined)
    return `I have nothing scripted about “${shorten(question)}”. I know about reconnecting, WebSockets, errors, proxies, NDJSON, HTTP/2, and what happens when you press Stop.`
  const isRepeated = messages
    .slice(0, -1)
    .some(({ role, content }) => role === 'user' && topicOf(content)?.text === text)
  return isRepeated ? `You have asked me that already, so once more. ${text}` : text
}

function topicOf(question) {
  return topics.find(({ words }) => words.test(question))
}

function shorten(question) {
  return question.length > 60 ? `${question.slice(0, 59)}…` : question
}

/** Pieces about the size of a model's tokens: a word or a part of one, with the space before it. */
function piecesOf(text) {
  return text.match(/\s*(?:\p{L}{1,7}|\S)/gu) ?? []
}
