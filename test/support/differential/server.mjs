// The fixture of the differential tests as a process.
import { serve } from 'tidings'
import { createDifferentialServer } from './routes.mjs'

const { fetch } = createDifferentialServer()
serve({ fetch, port: 0, hostname: '127.0.0.1' }, ({ url }) => console.log(`listening ${url}`))
