// The names of a topic's keys and channel in Redis.

/** The keys and the channel of a topic. A hash tag puts them all in one slot of a cluster. */
export interface TopicKeys {
  /** The log's state, a hash (epoch, first, tail, nonce, bytes); its events, a stream; their keys, a hash. */
  readonly keys: readonly [string, string, string]
  readonly channel: string
}

/** The names of a topic: `<prefix>{<topic>}:meta` and so on. */
export function topicKeys(prefix: string, topic: string): TopicKeys {
  const tag = `${prefix}{${escapeBraces(topic)}}`
  return { keys: [`${tag}:meta`, `${tag}:log`, `${tag}:keys`], channel: `${tag}:events` }
}

/** Escapes braces, since one would end the hash tag early, and `%`, so that different topics stay different. */
function escapeBraces(topic: string): string {
  return topic.replaceAll('%', '%25').replaceAll('{', '%7B').replaceAll('}', '%7D')
}
