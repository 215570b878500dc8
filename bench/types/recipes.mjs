// Ten kinds of routes that applications have. Each is a function of a number, which makes the names of the route
// unique.

/**
 * The recipes. Each returns a route: its `schemas` (constant name -> expression), `parts` (part of the request ->
 * constant that validates it), `ask` (the arguments of a client's call: part -> inside of an object literal), and
 * `handler`.
 */
export const recipes = [
  typeBoxStream,
  typeBoxChat,
  typeBoxUpdate,
  typeBoxSearch,
  zodStream,
  zodCreate,
  plainStream,
  plainAnswer,
  optionsStream,
  helperStream,
]

function typeBoxStream(n) {
  return {
    method: 'GET',
    path: `/teams/:team/tasks${n}/:id/progress`,
    sse: 'true',
    schemas: {
      [`params${n}`]: 'Type.Object({ team: Type.String(), id: Type.Number() })',
      [`query${n}`]: `Type.Object({ since${n}: Type.Optional(Type.Number()), verbose: Type.Boolean() })`,
    },
    parts: { params: `params${n}`, query: `query${n}` },
    ask: { params: "team: 'a', id: 1", query: 'verbose: true' },
    handler: `async function* ({ params, query }) {
    yield { task: params.id, done: query.verbose, since: query.since${n} ?? 0 }
    yield sse({ event: 'complete', id: String(params.id) }, { team: params.team })
  }`,
  }
}

function typeBoxChat(n) {
  return {
    method: 'POST',
    path: `/chat${n}/stream`,
    sse: 'true',
    schemas: {
      [`body${n}`]: `Type.Object({
  messages: Type.Array(Type.Object({ role: Type.Union([Type.Literal('user'), Type.Literal('assistant')]), content: Type.String() })),
  model${n}: Type.Optional(Type.String()),
})`,
    },
    parts: { body: `body${n}` },
    ask: { json: "messages: [{ role: 'user', content: 'x' }]" },
    handler: `async function* ({ body }) {
    yield { type: 'start', model: body.model${n} ?? 'small' }
    for (const message of body.messages) yield { type: 'text', content: message.content, from: message.role }
    yield { type: 'done', usage: { tokens: ${n} } }
  }`,
  }
}

function typeBoxUpdate(n) {
  return {
    method: 'PUT',
    path: `/items${n}/:id`,
    schemas: {
      [`body${n}`]: `Type.Object({ title${n}: Type.String(), tags: Type.Array(Type.String()), price: Type.Number(), state: Type.Union([Type.Literal('draft'), Type.Literal('live')]) })`,
    },
    parts: { body: `body${n}` },
    ask: { params: "id: '1'", json: `title${n}: 'x', tags: [], price: 1, state: 'draft'` },
    handler: `async ({ params, body }) => ({ id: params.id, title: body.title${n}, tags: body.tags, state: body.state })`,
  }
}

function typeBoxSearch(n) {
  return {
    method: 'GET',
    path: `/search${n}`,
    schemas: {
      [`query${n}`]: `Type.Object({ q${n}: Type.String(), page: Type.Optional(Type.Integer()), sort: Type.Optional(Type.Union([Type.Literal('new'), Type.Literal('old')])) })`,
    },
    parts: { query: `query${n}` },
    ask: { query: `q${n}: 'x', sort: 'new'` },
    handler: `({ query }) => ({ hits: [query.q${n}], page: query.page ?? 1, sort: query.sort ?? 'new' })`,
  }
}

function zodStream(n) {
  return {
    method: 'GET',
    path: `/rooms${n}/:room/messages`,
    sse: 'true',
    schemas: { [`query${n}`]: `z.object({ after${n}: z.coerce.number().optional(), kind: z.enum(['all', 'mine']) })` },
    parts: { query: `query${n}` },
    library: 'zod',
    ask: { params: "room: 'a'", query: "kind: 'all'" },
    handler: `async function* ({ params, query }) {
    yield { kind: 'joined', room: params.room }
    yield { kind: 'message', after: query.after${n} ?? 0, filter: query.kind }
  }`,
  }
}

function zodCreate(n) {
  return {
    method: 'POST',
    path: `/orders${n}`,
    schemas: {
      [`body${n}`]: `z.object({ customer${n}: z.string(), lines: z.array(z.object({ sku: z.string(), count: z.number() })), note: z.string().optional() })`,
    },
    parts: { body: `body${n}` },
    library: 'zod',
    ask: { json: `customer${n}: 'x', lines: [{ sku: 'a', count: 1 }]` },
    handler: `async ({ body }) => ({ customer: body.customer${n}, count: body.lines.length, note: body.note ?? null })`,
  }
}

function plainStream(n) {
  return {
    method: 'GET',
    path: `/feeds${n}/:feed/entries/:entry`,
    sse: 'true',
    schemas: {},
    parts: {},
    ask: { params: "feed: 'a', entry: 'b'" },
    handler: `async function* ({ params, signal }) {
    while (!signal.aborted) yield { feed${n}: params.feed, entry: params.entry, at: new Date() }
  }`,
  }
}

function plainAnswer(n) {
  return {
    method: 'DELETE',
    path: `/sessions${n}/:session`,
    schemas: {},
    parts: {},
    ask: { params: "session: 'a'" },
    handler: `async ({ params }) => ({ ended${n}: params.session })`,
  }
}

function optionsStream(n) {
  return {
    method: 'GET',
    path: `/ticks${n}`,
    sse: '{ heartbeatMs: 5000, retryMs: 1000 }',
    schemas: {},
    parts: {},
    ask: {},
    handler: `async function* ({ lastEventId }) {
    yield sse({ event: 'tick', id: lastEventId ?? '0' }, ${n})
    yield sse({ event: 'tock' }, { n: ${n} })
  }`,
  }
}

function helperStream(n) {
  return {
    method: 'GET',
    path: `/titles${n}/:id`,
    sse: 'true',
    schemas: {},
    parts: {},
    ask: { params: "id: '1'" },
    handler: `async function* (ctx) {
    yield { title${n}: titleOf(ctx) }
  }`,
  }
}
