// The mount: a server route for all paths below /live/.
import { createFileRoute } from '@tanstack/react-router'
import { server } from '../../live.js'

const handler = ({ request }) => server.fetch(request)

export const Route = createFileRoute('/live/$')({ server: { handlers: { GET: handler, POST: handler } } })
