// The mount: SvelteKit takes a handler for each method.
import { server } from '$lib/server/live.js'

const handler = ({ request }) => server.fetch(request)

export const GET = handler
export const POST = handler
