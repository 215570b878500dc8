// The mount: one handler for all methods.
import { server } from '../../live.js'

export const prerender = false

export const ALL = ({ request }) => server.fetch(request)
