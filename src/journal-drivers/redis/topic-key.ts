// Where a topic's log lives in Redis.

/** The names of a topic: all in one slot of a cluster, by the hash tag. */
export interface TopicKeys {
  /** A hash: epoch, first, tail, nonce, bytes; a stream of the events; a hash of their keys. */
  readonly keys: readonly [string, string, string]
  readonly channel: string
}

/** `<prefix>{<topic>}:meta` and so on. */
export function topicKeys(prefix: string, topic: string): TopicKeys {
  const tag = `${prefix}{${escapeBraces(topic)}}`
  return { keys: [`${tag}:meta`, `${tag}:log`, `${tag}:keys`], channel: `${tag}:events` }
}

/** A brace would end the tag early; two topics that differ stay two. */
function escapeBraces(topic: string): string {
  return topic.replaceAll('%', '%25').replaceAll('{', '%7B').replaceAll('}', '%7D')
}
