// testing-node: recorded streams as files, as a real server on loopback, and in pages that Playwright drives.
export { TidingsError, type ErrorCode } from '../base/index.ts'
export { readCassette, writeCassette } from './file.ts'
export { streamRoute, type PlaywrightPage, type PlaywrightRoute, type PlaywrightUrl } from './stream-route.ts'
export { streamServer, type LoggedRequest, type StreamServer, type StreamServerOptions } from './stream-server.ts'
