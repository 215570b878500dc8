// The server of the differential tests as a function of Lambda.
import { serve } from 'tidings/lambda'
import { createDifferentialServer } from '../differential/routes.mjs'

export const { handler } = serve({ fetch: createDifferentialServer().fetch })
