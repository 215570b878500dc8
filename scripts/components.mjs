// The real parts that some tests need: found, installed where that is possible, and named where it is not.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { install } from './setup.mjs'

const components = [
  { name: 'chromium', file: '/usr/bin/chromium' },
  { name: 'firefox-esr', file: '/usr/bin/firefox-esr' },
  { name: 'nginx', file: '/usr/sbin/nginx' },
  { name: 'postgresql', file: '/usr/lib/postgresql/15/bin/postgres' },
  { name: 'python3', file: '/usr/bin/python3' },
  { name: 'redis-server', file: '/usr/bin/redis-server' },
  { name: 'webkit2gtk-driver', file: '/usr/bin/WebKitWebDriver' },
  { name: 'xvfb', file: '/usr/bin/Xvfb' },
]

/** Proxies beside nginx, installed each by itself. Their tests, too, fail in CI without them. */
const proxies = [
  { name: 'apache2', file: '/usr/sbin/apache2' },
  { name: 'caddy', file: '/usr/bin/caddy' },
  { name: 'haproxy', file: '/usr/sbin/haproxy' },
  { name: 'varnish', file: '/usr/sbin/varnishd' },
]

/**
 * Installs what is missing: Debian's packages where this is root on Debian, other runtimes, meta-frameworks and the like in
 * CI or with TIDINGS_RUNTIMES=1. Returns the names of what is still missing.
 */
export function provide() {
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    aptInstall(components)
    // By themselves: one that cannot be had must not keep the others away.
    for (const component of proxies) aptInstall([component])
  }
  if (process.env.CI || process.env.TIDINGS_RUNTIMES) installPackages()
  return [...components, ...proxies].filter(({ file }) => !existsSync(file)).map(({ name }) => name)
}

function aptInstall(wanted) {
  const absent = wanted.filter(({ file }) => !existsSync(file))
  if (absent.length === 0) return
  const names = absent.map(({ name }) => name)
  console.log(`Installing ${names.join(', ')} ...`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore', env })
  const { status } = spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], {
    stdio: 'ignore',
    env,
  })
  if (status !== 0) console.log(`apt-get could not install ${names.join(', ')}.`)
}

function installPackages() {
  for (const folder of ['runtimes', 'frameworks', 'frameworks-22', 'chat-clients', 'openapi-tools', 'site'])
    install(folder, ['--no-bin-links', '--ignore-scripts'])
}
