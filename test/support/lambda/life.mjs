// The suite of a request's life as a function of Lambda.
import { serve } from 'tidings/lambda'
import { createLifeServer } from '../server-life/routes.mjs'

export const { handler } = serve({ fetch: createLifeServer().fetch })
