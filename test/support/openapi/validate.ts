// Two validators of OpenAPI documents, neither of them ours.
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { Validator } from '@seriousme/openapi-schema-validator'
import { openapi, type OpenApiDocument, type OpenApiOptions } from '../../../src/openapi/index.ts'
import { Server } from '../../../src/adapters/server.ts'
import type { AnyRoute, RouteGroup } from '../../../src/server/index.ts'

/** What the two find wrong with a document: nothing, if it is one. */
export async function faultsOf(document: OpenApiDocument): Promise<readonly string[]> {
  const text = JSON.stringify(document)
  const { valid, errors } = await new Validator().validate(JSON.parse(text) as Record<string, unknown>)
  const config = await createConfig({ extends: ['spec'] })
  const problems = await lintFromString({ source: text, absoluteRef: 'openapi.json', config })
  return [
    ...(valid ? [] : [`schema: ${JSON.stringify(errors)}`]),
    ...problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ''}`),
  ]
}

/** The document of a server with these routes. */
export function documentOf(
  routes: readonly (AnyRoute | RouteGroup)[],
  options: Partial<OpenApiOptions> = {},
): OpenApiDocument {
  return openapi(new Server(routes), { info: { title: 'Tasks', version: '1.0.0' }, ...options })
}

/** What stands at a path of keys of a document. */
export function at(document: unknown, ...keys: readonly (string | number)[]): unknown {
  return keys.reduce<unknown>((value, key) => Reflect.get(Object(value), key), document)
}
