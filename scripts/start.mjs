// `npm start`: sets everything up and starts the demo.
import { setup } from './setup.mjs'

setup()
await import('../examples/demo/server.mjs')
