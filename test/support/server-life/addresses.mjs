// Where a server listens, on any runtime: prints the url of an IPv6 address, and of a Unix socket, and whether they answer.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve, Server, defineRoute } from 'tidings'

const folder = mkdtempSync(join(tmpdir(), 'tidings-socket-'))
const path = join(folder, 'socket')
const server = new Server([
  defineRoute({ method: 'GET', path: '/hello', handler: (ctx) => `Hello ${ctx.remoteAddress}` }),
])

/** What a socket is answered to one request. */
function askSocket() {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect({ path })
    socket.setEncoding('utf8').on('data', (chunk) => (text += chunk))
    socket.on('close', () => resolve(text.split('\r\n\r\n').at(-1)))
    socket.on('error', reject)
    socket.write('GET /hello HTTP/1.1\r\nHost: socket\r\nConnection: close\r\n\r\n')
  })
}

const six = serve({ fetch: server.fetch, hostname: '::1', port: 0 })
await six.ready
const unix = serve({ fetch: server.fetch, path })
await unix.ready
const report = {
  sixUrl: six.url,
  sixAnswer: await (await fetch(`${six.url}/hello`)).text(),
  unixUrl: unix.url === `unix:${path}`,
  unixAnswer: await askSocket(),
}
await Promise.all([six.close(), unix.close()])
console.log(JSON.stringify({ ...report, isLeft: existsSync(path) }))
rmSync(folder, { recursive: true, force: true })
