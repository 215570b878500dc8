// Fairness: nginx with nchan in one process, with its message buffer in memory; events are published by POST requests
// on one pipelined connection.
import { once } from 'node:events'
import { connect } from 'node:net'

/**
 * Connects to `component`, the running nginx; resolves to the `port` and `path` of its stream, and `publish(event)`.
 */
export async function start(component) {
  const socket = connect({ port: component.port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  socket.once('data', (answer) => checkAccepted(answer.toString('latin1')))
  socket.on('data', () => {})
  socket.once('close', () => {
    throw new Error('nchan has closed the connection that publishes')
  })
  return { port: component.port, path: '/events', publish: (event) => void socket.write(encodePost(event)) }
}

function encodePost(event) {
  const body = JSON.stringify(event)
  return `POST /publish HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

function checkAccepted(answer) {
  if (!/^HTTP\/1\.1 20[0-9]/.test(answer)) throw new Error(`nchan answered ${answer.split('\r\n', 1)[0]}`)
}
