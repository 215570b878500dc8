// `referencePage()`: a page that shows the document of a server.
import { checkOptions, describeValue, TidingsError, type OptionCheck, type OptionChecks } from '../base/index.ts'
import type { Context, Middleware, Server } from '../server/index.ts'
import { Asset } from './asset.ts'
import type { JsonObject } from './document.ts'
import { openapi } from './openapi.ts'
import { openApiChecks, type OpenApiOptions } from './options.ts'
import { findScalar, type ReadScript } from './scalar-package.ts'

/** Options of {@link referencePage}: what is described, and where it is shown. */
export interface ReferencePageOptions extends OpenApiOptions {
  /** The path of the page; its files are below it. Default `/reference`. */
  readonly path?: string | undefined
  /**
   * The text of `dist/browser/standalone.js` of the package `@scalar/api-reference`, or a function that reads it, called once. Default: the
   * file of the package that is installed, which Node, Bun and Deno find by themselves.
   */
  readonly script?: string | ReadScript | undefined
}

const checkPath: OptionCheck = (name, value) => {
  if (value === undefined || (typeof value === 'string' && /^(\/(?!\.{1,2}(\/|$))[\w.~-]+)+$/.test(value))) return
  throw new TidingsError('ERR_OPTION', `${name} must be a path such as /reference, not ${describeValue(value)}.`)
}

const checkScript: OptionCheck = (name, value) => {
  if (value === undefined || typeof value === 'function' || (typeof value === 'string' && value !== '')) return
  const expected = 'the text of dist/browser/standalone.js of @scalar/api-reference, or a function that reads it'
  throw new TidingsError('ERR_OPTION', `${name} must be ${expected}, not ${describeValue(value)}.`)
}

const checks: OptionChecks<ReferencePageOptions> = { ...openApiChecks, path: checkPath, script: checkScript }

/**
 * Middleware for `server.use` that serves a page of the server's routes, made of its document by the package
 * `@scalar/api-reference`, which is installed beside this one: `npm install @scalar/api-reference`. Nothing is loaded from elsewhere. The
 * document is at `<path>/openapi.json`. Use it behind middleware that asks who is there, if not everybody may see it.
 *
 * @throws TidingsError `ERR_OPTION` where the package is not installed, and for options that cannot work; `ERR_ROUTE` as
 * `openapi()`
 *
 * @example
 * import { defineRoute, Server } from 'tidings'
 * import { referencePage } from 'tidings/openapi'
 *
 * const server = new Server([defineRoute({ method: 'GET', path: '/hello', handler: () => 'Hello' })])
 * // Where the package is installed, its script is found without the option.
 * server.use(referencePage(server, { info: { title: 'Greetings', version: '1.0.0' }, script: scalar }))
 * const page = await server.fetch('/reference')
 * console.log(page.status) // 200
 */
export function referencePage(server: Pick<Server, 'fetch'>, options: ReferencePageOptions): Middleware {
  checkOptions('referencePage()', options, checks)
  const { path = '/reference', script, ...described } = options
  const document = openapi(server, described)
  const read = typeof script === 'string' ? () => script : (script ?? findScalar())
  const page = (folder: string): Asset => pageOf({ folder, path, options: described })
  const assets: Readonly<Record<string, Asset>> = {
    [path]: page(path.slice(path.lastIndexOf('/') + 1)),
    [`${path}/`]: page('.'),
    [`${path}/scalar.js`]: new Asset(scriptType, read),
    [`${path}/page.js`]: new Asset(scriptType, () => pageScript),
    [`${path}/openapi.json`]: new Asset('application/json; charset=utf-8', () => JSON.stringify(document)),
  }
  return (ctx, next) => (isRead(ctx) ? assets[ctx.path]?.answer(ctx) : undefined) ?? next()
}

function isRead({ method }: Context): boolean {
  return method === 'GET' || method === 'HEAD'
}

const scriptType = 'text/javascript; charset=utf-8'

interface PageParts {
  /** Where the files of the page are, seen from the page. */
  readonly folder: string
  readonly path: string
  readonly options: OpenApiOptions
}

function pageOf({ folder, path, options }: PageParts): Asset {
  const { info, servers } = options
  // Relative to the page, which may be below the path of a mount.
  const depth = path.split('/').length - (folder === '.' ? 1 : 2)
  const base = servers === undefined ? ` data-base="./${'../'.repeat(depth)}"` : ''
  const html =
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
    `<meta name="color-scheme" content="light dark"><title>${escape(info.title)}</title><link rel="icon" href="data:,">` +
    `<div id="reference" data-document="${folder}/openapi.json"${base}></div>` +
    `<script src="${folder}/scalar.js"></script><script src="${folder}/page.js"></script>` +
    '<noscript>The reference is a page with a script.</noscript></html>'
  return new Asset('text/html; charset=utf-8', () => html, {
    'content-security-policy': policyFor(servers ?? []),
    'referrer-policy': 'no-referrer',
  })
}

/** Its own files, the style sheets that Scalar's script makes, and requests to the servers that are documented. */
function policyFor(servers: readonly JsonObject[]): string {
  const origins = servers.flatMap(({ url }) => (typeof url === 'string' && URL.canParse(url) ? [sourceOf(url)] : []))
  const parts = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    ['connect-src', "'self'", ...new Set(origins)].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  return parts.join('; ')
}

/**
 * The origin of `url` as a source of the policy (CSP 3, "host-source"), or where its host has other characters, those of a variable
 * (`https://{tenant}.example`), all hosts of its scheme.
 */
function sourceOf(url: string): string {
  const { protocol, host } = new URL(url)
  return /^([\w.-]+|\[[\da-f:.]+\])(:\d+)?$/.test(host) ? `${protocol}//${host}` : protocol
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

/** Starts Scalar without what it asks other hosts for: fonts, a proxy for requests, telemetry, its agent. */
const pageScript = `const element = document.getElementById('reference')
const { document: file, base } = element.dataset
const at = (path) => new URL(path, location.href).href
Scalar.createApiReference(element, {
  url: at(file),
  ...(base === undefined ? {} : { servers: [{ url: at(base).replace(/\\/$/, '') }] }),
  withDefaultFonts: false,
  proxyUrl: '',
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: 'never',
  hideClientButton: true,
})
`
