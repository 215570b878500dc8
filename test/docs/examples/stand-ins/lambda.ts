// The global of Lambda's runtime for Node, and a server.
export { server } from './routes.ts'

const awslambda = { streamifyResponse: (handler: unknown) => handler, HttpResponseStream: {} }
Object.assign(globalThis, { awslambda })
