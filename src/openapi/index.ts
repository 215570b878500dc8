// openapi: the OpenAPI document of a server's routes, from the schemas that they validate by.
export { openapi } from './openapi.ts'
export { referencePage, type ReferencePageOptions } from './reference-page.ts'
export type { ReadScript } from './scalar-package.ts'
export type { JsonObject, OpenApiDocument, OpenApiInfo, PathItem } from './document.ts'
export type { OpenApiOptions, RouteDescription, RouteToDescribe } from './options.ts'
export { TidingsError, type ErrorCode } from '../base/index.ts'
export type { StandardSchema } from '../schema/index.ts'
export type { ServerFetch, DispatchOptions } from '../server/index.ts'
