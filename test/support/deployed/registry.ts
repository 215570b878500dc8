// A registry of npm on loopback with the packages that are installed here, so that an installation needs no network.
// Whoever installs from it must not block this process meanwhile.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { root } from '../../docs/examples/find.mjs'

/** Starts one for the length of a test, with this project's own package as `tarball`. Resolves with its address. */
export async function startRegistry(tarball: string): Promise<string> {
  const server = createServer((request, response) => answer(request, response, tarball)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

function answer({ url = '', headers }: IncomingMessage, response: ServerResponse, tarball: string): void {
  const path = decodeURIComponent(url.slice(1))
  const name = path.replace(/\.tgz$/, '')
  const isOwn = name === 'tidings'
  const folder = isOwn ? root : join(root, 'node_modules', name)
  if (!existsSync(join(folder, 'package.json'))) response.writeHead(404).end()
  else if (path === name) response.end(JSON.stringify(describe(folder, `http://${headers.host}`)))
  else response.end(isOwn ? readFileSync(tarball) : pack(folder))
}

/** What a registry says of a package: the one version that is here. */
function describe(folder: string, registry: string): object {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; version: string }
  const { name, version } = manifest
  const described = { ...manifest, dist: { tarball: `${registry}/${encodeURIComponent(name)}.tgz` } }
  return { name, 'dist-tags': { latest: version }, versions: { [version]: described } }
}

function pack(folder: string): Buffer {
  const flags = ['-czf', '-', '--exclude=./node_modules', '--transform', 's,^\\.,package,', '-C', folder, '.']
  return execFileSync('tar', flags, { maxBuffer: 64 * 1024 * 1024 })
}
