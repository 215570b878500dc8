// The routes of the inspector: the page, its script, its stream, what other programs report, and replays.
import { pageScript } from '#inspector-page'
import { defineRoute, err, Server, type AnyRoute, type Context, type Middleware } from '../server/index.ts'
import { isInspectorRecord, type InspectorRecord } from '../inspector-model/index.ts'
import { replay } from './replay.ts'
import type { Reports } from './reports.ts'
import { view, type Shown } from './viewer.ts'

/** What the routes need. */
export interface RoutesParts {
  readonly path: string
  readonly shown: Shown
  readonly reports: Reports
  /** Lets in whoever may look. */
  readonly admit: Middleware
  readonly token: string
  readonly onError: (error: unknown) => void
}

/** The largest report of another program: what a server reads at most by default. It cannot be more than that server's own limit. */
const maxReportBytes = 1024 * 1024
/** The largest record beside the text of events, in characters: what is known of a stream is kept as long as the stream. */
const maxRecordChars = 64 * 1024

/** How many pages may be open at once: each is sent all that is kept. */
const mostPages = 20

/** The server of the inspector's own requests. It is a server of its own, so that it does not show itself. */
export function createInspectorServer(parts: RoutesParts): Server {
  const { onError } = parts
  const seen = [pageRoute(parts), scriptRoute(parts), recordsRoute(parts), replayRoute(parts)]
  return new Server([...seen, reportRoute(parts)], {
    maxBodyBytes: maxReportBytes,
    maxStreams: mostPages,
    onError: (error) => onError(error),
  })
}

/** Nothing but its own script, its own stream, and style sheets that the script makes. */
const policy = "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"

const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': policy,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

function pageRoute({ path, admit }: RoutesParts): AnyRoute {
  const folder = path.slice(path.lastIndexOf('/') + 1)
  return defineRoute({
    method: 'GET',
    path,
    middleware: [admit],
    handler: (ctx) => {
      // Relative to the page, which may be below the path of a mount.
      const script = ctx.path.endsWith('/') ? 'page.js' : `${folder}/page.js`
      return new Response(pageOf(script), { headers: pageHeaders })
    },
  })
}

function pageOf(script: string): string {
  return (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
    `<meta name="color-scheme" content="light dark"><title>Streams</title><script type="module" src="${script}"></script>` +
    '<noscript>The inspector is a page with a script.</noscript></html>'
  )
}

function scriptRoute({ path, admit }: RoutesParts): AnyRoute {
  const headers = {
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  }
  return defineRoute({
    method: 'GET',
    path: `${path}/page.js`,
    middleware: [admit],
    handler: () => new Response(pageScript, { headers }),
  })
}

function recordsRoute({ path, admit, shown }: RoutesParts): AnyRoute {
  return defineRoute({
    method: 'GET',
    path: `${path}/records`,
    middleware: [admit],
    // A page that comes back is told everything anew; also one that was too slow.
    sse: { retryMs: 1000, heartbeatMs: 5000, onEnd: 'reconnect' },
    handler: ({ signal }) => view(shown, signal),
  })
}

function replayRoute({ path, admit, shown: { history } }: RoutesParts): AnyRoute {
  return defineRoute({
    method: 'GET',
    path: `${path}/replay/:stream`,
    middleware: [admit],
    handler: ({ params, query, signal }) => {
      const log = history.find(params.stream)
      if (log === undefined) throw err.notFound(`There is no stream ${params.stream} any more.`)
      return replay(history, log, speedOf(query['speed']), signal)
    },
  })
}

function speedOf(given: string | undefined): number {
  const speed = Number(given ?? 1)
  if (speed >= 0.01 && speed <= 1000) return speed
  throw err.badRequest(`speed must be a number from 0.01 to 1000, not ${JSON.stringify(given)}.`)
}

function reportRoute({ path, token, reports }: RoutesParts): AnyRoute {
  return defineRoute({
    method: 'POST',
    path: `${path}/records`,
    handler: ({ headers, query, body }) => {
      refuseWithout(token, headers)
      const isNew = reports.take(nameOf(query['from']), recordsIn(body))
      return new Response(null, { status: isNew ? 201 : 204 })
    },
  })
}

function refuseWithout(token: string, { authorization = '' }: Context['headers']): void {
  if (isEqual(authorization, `Bearer ${token}`)) return
  throw err.unauthorized('Send the token that the inspector has printed at start: Authorization: Bearer ...', {
    headers: { 'www-authenticate': 'Bearer' },
  })
}

/** In a time that does not tell how much of it was right. */
function isEqual(given: string, expected: string): boolean {
  let difference = given.length ^ expected.length
  for (let index = 0; index < expected.length; index += 1) {
    difference |= given.charCodeAt(index % Math.max(given.length, 1)) ^ expected.charCodeAt(index)
  }
  return difference === 0
}

function nameOf(from: string | undefined): string {
  if (from !== undefined && /^[\w.-]{1,64}$/.test(from)) return from
  throw err.badRequest('from must name the program: 1 to 64 letters, digits, dots, dashes or underscores.')
}

function recordsIn(body: unknown): readonly InspectorRecord[] {
  if (!Array.isArray(body)) throw err.badRequest('The body must be a JSON list of records.')
  const records: readonly unknown[] = body
  const wrong = records.findIndex((record) => !isInspectorRecord(record))
  if (wrong !== -1) throw err.badRequest(`Record ${wrong} of the list is none.`)
  const checked = records.filter((record) => isInspectorRecord(record))
  const large = checked.findIndex((record) => record.kind !== 'wrote' && JSON.stringify(record).length > maxRecordChars)
  if (large !== -1) throw err.badRequest(`Record ${large} of the list has more than ${maxRecordChars} characters.`)
  return checked
}
