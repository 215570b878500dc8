// The fixture as a worker.
import { serve } from 'tidings'
import { createLifeServer } from './life-routes.mjs'

export default serve({ fetch: createLifeServer().fetch })
