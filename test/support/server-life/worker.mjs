// The fixture as a default export: what a worker is, and what any other runtime must not serve a second time.
import { serve } from 'tidings'
import { createLifeServer } from './routes.mjs'

// oxlint-disable-next-line import/no-default-export -- what workerd calls is a module's default export
export default serve({ fetch: createLifeServer().fetch, port: 0, hostname: '127.0.0.1' }, ({ url }) => {
  console.log(`listening ${url}`)
})
