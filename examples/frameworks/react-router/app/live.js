// The mount: a route without a component. React Router calls `loader` for a GET, and `action` for all other methods.
import { server } from './live.server.js'

const handler = ({ request }) => server.fetch(request)

export const loader = handler
export const action = handler
