// The servers that are measured, and the few differences between them.

/**
 * The servers, in the order of the tables. `name` is the file in ../servers/.
 *
 * - `streamEvents`: the number of events in the measure `stream`, if the usual number would take minutes.
 * - `preludeBlocks`: the number of blocks without an event that the server sends first (better-sse: a `retry:`).
 * - `ownsPlainRoutes`: false if the library has no HTTP server, so that the measure `json` would measure node:http
 *   again.
 */
export const serverRoster = [
  { name: 'raw' },
  { name: 'tidings' },
  { name: 'fastify-sse' },
  { name: 'elysia' },
  { name: 'better-sse', preludeBlocks: 1, ownsPlainRoutes: false },
  { name: 'h3' },
  { name: 'hono' },
  { name: 'vafast', streamEvents: 60_000 },
]
