// The fixture of the differential tests as a worker.
import { serve } from 'tidings'
import { createDifferentialServer } from './routes.mjs'

// oxlint-disable-next-line import/no-default-export -- what workerd calls is a module's default export
export default serve({ fetch: createDifferentialServer().fetch })
