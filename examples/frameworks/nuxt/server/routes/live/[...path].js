// The mount: the listener has three parameters, because h3 answers by itself behind one that has two.
import { toNodeHandler } from 'tidings/node'
import { server } from '../../live.js'

const handler = toNodeHandler(server)

export default fromNodeMiddleware((request, response, _next) => handler(request, response))
