// The mount: Next takes a handler for each method.
import { server } from '../../../live.js'

export const GET = server.fetch
export const POST = server.fetch
