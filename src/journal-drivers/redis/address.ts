// Which server an error message is about.

/** `host:port` from the options of a client, the path of its socket, or the sentinels that it asks. */
export function addressOf(options: unknown): string {
  const { path, host, port, sentinels, socket } = fieldsOf(options)
  if (socket !== undefined) return addressOf(socket)
  if (typeof path === 'string' && path !== '') return path
  if (Array.isArray(sentinels)) return `the master that ${sentinels.map(addressOf).join(', ')} name`
  const named = typeof host === 'string' ? host : 'localhost'
  return `${named}:${typeof port === 'number' ? port : 6379}`
}

/** What an object of unknown shape has. */
export function fieldsOf(value: unknown): { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
