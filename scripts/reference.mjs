// Makes the API reference out of the doc comments: `npm run reference`. What it warns of is a failure.
import { join } from 'node:path'
import { install, run, setup } from './setup.mjs'

setup()
install('reference')
run(process.execPath, [join('reference', 'build.mjs')])
