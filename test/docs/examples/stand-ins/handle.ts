// A server that listens.
import { serve } from 'tidings'
import { server } from './routes.ts'

export const handle = serve({ fetch: server.fetch, port: 0 })
await handle.ready
