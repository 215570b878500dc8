// Cassettes in a page that Playwright drives: `route.fulfill` sends whole bodies only, so that a real server sends them.
import { describeValue, TidingsError } from '../base/index.ts'
import type { CassetteSource } from '../testing/index.ts'
import { streamServer, type StreamServer, type StreamServerOptions } from './stream-server.ts'

/** The part of a Playwright `Route` that is called here. */
export interface PlaywrightRoute {
  request(): { url(): string; headers(): Readonly<Record<string, string>> }
  continue(options: { url: string }): Promise<void>
  fulfill(options: { status: number; headers: Record<string, string> }): Promise<void>
}

/** The part of a Playwright `Page` that is called here. */
export interface PlaywrightPage {
  route(url: PlaywrightUrl, handler: (route: PlaywrightRoute) => Promise<void>): Promise<unknown>
  unroute(url: PlaywrightUrl, handler: (route: PlaywrightRoute) => Promise<void>): Promise<unknown>
  context(): { grantPermissions(permissions: string[]): Promise<void> }
}

/** Which requests: as `page.route` takes it. */
export type PlaywrightUrl = string | RegExp | ((url: URL) => boolean)

/**
 * Answers the requests of a page to `url` with a cassette, in real time: for `EventSource`, `fetch` and whatever reads a
 * stream in the page. A server as {@link streamServer} starts it sends the answers; close it at the end of the test.
 *
 * A request to an `http:` url is sent to that server instead, and the page does not notice. One to an `https:` url is redirected
 * to it (307), because a browser does not send it to another scheme: `response.url` and the `origin` of events are those of the
 * server then, and an `Authorization` header is lost on the way. Chromium asks for the permission `local-network-access` for
 * that, which is granted to the page's whole context; and it takes a cut of such a stream for a refusal, after which
 * `EventSource` does not reconnect, unless it is launched with `--disable-features=LocalNetworkAccessChecks`.
 *
 * @throws TidingsError `ERR_CASSETTE` or `ERR_OPTION`
 */
export async function streamRoute(
  page: PlaywrightPage,
  url: PlaywrightUrl,
  source: CassetteSource,
  options: StreamServerOptions = {},
): Promise<StreamServer> {
  if (typeof Object(page).route !== 'function') {
    throw new TidingsError('ERR_OPTION', `streamRoute needs a page of Playwright, not ${describeValue(page)}.`)
  }
  const server = await streamServer(source, options)
  const handler = (route: PlaywrightRoute): Promise<void> => redirect(page, route, server)
  await page.route(url, handler)
  const close = async (): Promise<void> => {
    await server.close()
    await ignoringClosed(page.unroute(url, handler))
  }
  return { ...server, close }
}

async function redirect(page: PlaywrightPage, route: PlaywrightRoute, server: StreamServer): Promise<void> {
  const request = route.request()
  // The whole url as the path: the server tells it to whoever looks at its requests.
  const url = `${server.url}/${request.url()}`
  if (request.url().startsWith('http:')) return ignoringClosed(route.continue({ url }))
  // Refused by browsers that do not know the permission, and do not need it.
  await page
    .context()
    .grantPermissions(['local-network-access'])
    .catch(() => {})
  const { origin = '*' } = request.headers()
  const headers = { location: url, 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' }
  await ignoringClosed(route.fulfill({ status: 307, headers }))
}

/** A page that has closed waits for no answer; Playwright would end the process for the rejection. */
async function ignoringClosed(work: Promise<unknown>): Promise<void> {
  await work.catch(() => {})
}
