// Who is measured, and the little that differs between them.

/**
 * The servers, in the order of the tables. `name` is the file in ../servers/.
 *
 * - `streamEvents`: events on the one stream of measure `stream`, where the usual count would take minutes.
 * - `preludeBlocks`: blocks that are no events and that the server sends first (better-sse opens with a `retry:`).
 * - `ownsPlainRoutes`: false where the library brings no server, so that plain JSON would measure node:http again.
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
