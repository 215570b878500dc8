// inspector-node: a Node program that reports the streams that it reads by fetch to the inspector of a server.
//
// Imported for its effect: `NODE_OPTIONS="--import tidings/inspector/node"`, with the address in `TIDINGS_INSPECTOR`.
import { startReporting } from './start.ts'

startReporting(process.env['TIDINGS_INSPECTOR'])
