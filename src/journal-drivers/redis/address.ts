// The address of a Redis server, for error messages.

/** The address in a client's options: `host:port`, the path of a Unix socket, or the sentinels that name the master. */
export function addressOf(options: unknown): string {
  const { path, host, port, sentinels, socket } = fieldsOf(options)
  if (socket !== undefined) return addressOf(socket)
  if (typeof path === 'string' && path !== '') return path
  if (Array.isArray(sentinels)) return `the master of sentinels ${sentinels.map(addressOf).join(', ')}`
  const hostName = typeof host === 'string' ? host : 'localhost'
  return `${hostName}:${typeof port === 'number' ? port : 6379}`
}

/** The fields of a value of unknown type; none if it is not an object. */
export function fieldsOf(value: unknown): { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
