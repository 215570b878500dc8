// Tests that need a real component: they fail in CI without it, and are skipped elsewhere with the reason printed.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe } from 'vitest'

const installed = (folder: string, path: string): string =>
  fileURLToPath(new URL(`../../../${folder}/node_modules/${path}`, import.meta.url))
const runtime = (path: string): string => installed('runtimes', path)

const paths = {
  apache2: '/usr/sbin/apache2',
  'aws-lambda-ric': runtime('aws-lambda-ric/index.mjs'),
  bun: runtime('@oven/bun-linux-x64/bin/bun'),
  caddy: '/usr/bin/caddy',
  chromium: '/usr/bin/chromium',
  deno: runtime('@deno/linux-x64-glibc/deno'),
  'firefox-esr': '/usr/bin/firefox-esr',
  frameworks: installed('frameworks', '.installed-lock.json'),
  'frameworks-22': installed('frameworks-22', '.installed-lock.json'),
  'chat-clients': installed('chat-clients', '.installed-lock.json'),
  haproxy: '/usr/sbin/haproxy',
  nginx: '/usr/sbin/nginx',
  node22: runtime('node22/bin/node'),
  node24: runtime('node24/bin/node'),
  'openapi-tools': installed('openapi-tools', '.installed-lock.json'),
  postgresql: '/usr/lib/postgresql/15/bin/postgres',
  python3: '/usr/bin/python3',
  rivals: installed('bench', '.package-lock.json'),
  'redis-server': '/usr/bin/redis-server',
  varnish: '/usr/sbin/varnishd',
  site: installed('site', '.installed-lock.json'),
  'webkit2gtk-driver': '/usr/bin/WebKitWebDriver',
  workerd: runtime('@cloudflare/workerd-linux-64/bin/workerd'),
  xvfb: '/usr/bin/Xvfb',
} as const

export type Component = keyof typeof paths

/** Where the component's program is. */
export function pathOf(component: Component): string {
  return paths[component]
}

/** `describe` for tests of a component. */
export function describeWith(component: Component, title: string, body: () => void): void {
  if (existsSync(paths[component]) || process.env['CI'] !== undefined) describe(title, body)
  else describe.skip(`${title} (no ${component} here)`, body)
}
