// What a server tells of its routes to whoever describes them.
import { kinds, mediaTypes as bodyTypes } from './body.ts'
import type { Server } from './server.ts'
import { serverOf } from './request-handler.ts'
import type { DeclaredRoute, ReadyRoute } from './route-table.ts'

/** A route of a server as it was declared, with what the server has made of it. */
export interface DescribedRoute {
  readonly method: string
  /** Method and path, by which errors name the route. */
  readonly name: string
  /** The whole path pattern, beginning with the paths of the route's groups. */
  readonly path: string
  readonly streams: boolean
  /** Whether it reads requests and answers them in a protocol of its own (chat routes). */
  readonly hasFace: boolean
  readonly schema: NonNullable<DeclaredRoute['schema']>
  /** The media types of the bodies that it takes; none where it says nothing of its body, or reads none. */
  readonly bodyTypes: readonly string[]
}

/** All routes of a server, in the order in which they were declared. */
export function routesOf(server: Pick<Server, 'fetch'>): readonly DescribedRoute[] | undefined {
  return serverOf(server.fetch)?.routes.map(describe)
}

function describe({ method, name, path, policy, face, declared }: ReadyRoute): DescribedRoute {
  const { schema = {} } = declared
  return {
    method,
    name,
    path,
    streams: policy !== undefined,
    hasFace: face !== undefined,
    schema,
    bodyTypes: typesOf(declared),
  }
}

function typesOf({ method, schema, body }: DeclaredRoute): readonly string[] {
  if (method === 'GET' || method === 'HEAD') return []
  const accept = body?.accept ?? (schema?.body === undefined ? [] : ['json'])
  return kinds.filter((kind) => accept.some((accepted) => accepted === kind)).map((kind) => bodyTypes[kind])
}
