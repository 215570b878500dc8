// The tables of the documents list every option of a server, of `serve`, of channels, topics and runs, and every property of the context.
import { expect, test } from 'vitest'
import { read } from './examples/find.mjs'

/** The names in the first column of all tables of a document. */
function listedIn(document: string): ReadonlySet<string> {
  const cells = [...read(document).matchAll(/^\| ([^|]+)\|/gm)]
  return new Set(cells.flatMap(([, cell = '']) => [...cell.matchAll(/`(\w+)/g)].map(([, name = '']) => name)))
}

/** The properties that an interface or its parents in these files declare, by their indentation. */
function propertiesOf(file: string, name: string): string[] {
  const body = new RegExp(`^export interface ${name}\\b[^{]*\\{\n([\\s\\S]*?)^\\}`, 'm').exec(read(file))?.[1] ?? ''
  return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, property = '']) => property)
}

const server = 'docs/server.md'
const channels = 'docs/channels.md'

test.each([
  [server, 'src/server/server-options.ts', 'ServerOptions'],
  [server, 'src/server/stream-limits.ts', 'StreamLimits'],
  [server, 'src/server/error-policy.ts', 'ErrorPolicyOptions'],
  [server, 'src/server/cors.ts', 'CorsOptions'],
  [server, 'src/server/body.ts', 'BodyOptions'],
  [server, 'src/adapters/contract/options.ts', 'ServeOptions'],
  [server, 'src/server/context.ts', 'Context'],
  ['docs/deploying.md', 'src/server/closing.ts', 'CloseOptions'],
  [channels, 'src/channel/channels.ts', 'ChannelsOptions'],
  [channels, 'src/channel/topic.ts', 'TopicOptions'],
  [channels, 'src/channel/reader/subscription.ts', 'SubscribeOptions'],
  [channels, 'src/channel/run/runs-options.ts', 'RunsOptions'],
  ['docs/presence.md', 'src/channel/presence/presence.ts', 'PresenceOptions'],
  ['docs/operating.md', 'src/observe/metrics.ts', 'MetricsOptions'],
  ['docs/operating.md', 'src/observe/logs.ts', 'LogsOptions'],
  ['docs/operating.md', 'src/observe/request-ids.ts', 'RequestIdsOptions'],
  ['docs/openapi.md', 'src/openapi/options.ts', 'OpenApiOptions'],
  ['docs/openapi.md', 'src/openapi/options.ts', 'RouteDescription'],
  ['docs/ai.md', 'src/ai/chat-options.ts', 'ChatRouteOptions'],
  ['docs/ai.md', 'src/ai/request/chat-request.ts', 'RequestLimits'],
])('%s lists what %s declares as %s', (document, file, name) => {
  const listed = listedIn(document)
  const properties = propertiesOf(file, name)
  expect(properties.length).toBeGreaterThan(1)
  expect(properties.filter((property) => !listed.has(property))).toEqual([])
})
