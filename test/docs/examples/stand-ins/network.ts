// The network of an example: https://example.com is a server in its own process, loopback is there, and nothing else is.
const fetchLoopback = globalThis.fetch

globalThis.fetch = async (input, init) => {
  const request = new Request(input, init)
  const { host, hostname } = new URL(request.url)
  // Most examples do not ask: they start without it.
  if (host === 'example.com') return (await import('./example-server.ts')).exampleServer.fetch(request)
  if (hostname === 'localhost' || hostname === '127.0.0.1') return fetchLoopback(request)
  throw new Error(`An example may not reach ${request.url}.`)
}

/** Says that the example's top level is through. */
export function ran(): void {
  process.send?.('ran')
}
