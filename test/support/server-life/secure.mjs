// A server over TLS as a process, which answers with what it was asked for.
import { defineRoute, serve, Server } from 'tidings'
import { cert, key } from '../server/certificate.ts'

const seen = ({ path, headers, request }) => ({ path, host: headers.host, url: request.url })
const server = new Server([defineRoute({ method: 'GET', path: '/**', handler: seen })])
serve({ fetch: server.fetch, port: 0, hostname: '127.0.0.1', tls: { key, cert } }, ({ url }) =>
  console.log(`listening ${url.replace('https', 'http')}`),
)
