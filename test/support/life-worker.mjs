// The fixture as a worker.
import { serve } from 'tidings'
import { createLifeServer } from './life-routes.mjs'

// oxlint-disable-next-line import/no-default-export -- what workerd calls is a module's default export
export default serve({ fetch: createLifeServer().fetch })
