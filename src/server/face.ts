// Routes that speak a protocol of their own: what other rooms make (chat routes), and no user declares.
import type { ErrorAnswer } from './answer.ts'
import type { Context } from './context.ts'
import type { Reply } from './reply.ts'
import { RequestContext } from './request-context.ts'
import { digestRequest } from './request-digest.ts'

/** The property of a route with its {@link RouteFace}. */
export const routeFace: unique symbol = Symbol('tidings route face')

/** What a route does in its own way. Its handler also starts and follows its runs itself. */
export interface RouteFace {
  /** The answer to a request that failed before its head. */
  readonly describeError: (answer: ErrorAnswer, ctx: Context) => Reply
  /** Headers of its answers that its clients read, also where they are pages of another origin that `cors` allows. */
  readonly exposedHeaders?: readonly string[]
}

/** The face of a declared route, if it has one. */
export function faceOf(route: object): RouteFace | undefined {
  return routeFace in route && isFace(route[routeFace]) ? route[routeFace] : undefined
}

/** Makes `signal` that of the context, in place of the one that aborts when the reader of the request leaves. */
export function outlive(ctx: Context, signal: AbortSignal): void {
  if (ctx instanceof RequestContext) ctx.outlive(signal)
}

/** The parameters of the query, each as often as it stands there. */
export function searchParamsOf(ctx: Context): URLSearchParams {
  const values = ctx instanceof RequestContext ? Object.entries(ctx.queryValues()) : []
  return new URLSearchParams(values.flatMap(([name, list]) => list.map((value) => [name, value])))
}

/** Tells the server's `onError` of a failure that no answer tells of. Never throws. */
export function report(ctx: Context, error: unknown): void {
  if (ctx instanceof RequestContext) ctx.report(error)
}

/** What the request failed with before its head was sent, `undefined` if it has not failed. */
export function failureOf(ctx: Context): { readonly error: unknown } | undefined {
  return ctx instanceof RequestContext && ctx.hasFailed ? { error: ctx.error } : undefined
}

/** The digest of the request by which two with one idempotency key are compared. */
export async function digestOf(ctx: Context): Promise<string> {
  return ctx instanceof RequestContext ? digestRequest(ctx) : ''
}

/** The whole path of the route that answers the request, its groups' paths included, as declared. */
export function routePathOf(ctx: Context): string {
  return (ctx instanceof RequestContext ? ctx.routePath : undefined) ?? ''
}

/** Adds properties to a context, which its handler then sees beside those of the request. */
export function extendContext<Fields extends object>(ctx: Context, fields: Fields): Context & Fields {
  return Object.assign(ctx, fields)
}

function isFace(value: unknown): value is RouteFace {
  return typeof value === 'object' && value !== null && 'describeError' in value
}
