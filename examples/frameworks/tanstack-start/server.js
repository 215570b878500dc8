// Runs what `vite build` has made. The files of `dist/client` are for an nginx or a CDN in front.
import process from 'node:process'
import { serve } from 'tidings'
import handler from './dist/server/server.js'

serve({ fetch: handler.fetch, port: Number(process.env.PORT ?? 3000), closeOnSignal: true })
