// Validates the parts of a request by the schema of its route.
import {
  createValidate,
  type Issue,
  type Result,
  type Schema,
  type SchemaBridge,
  type Validate,
} from '../schema/index.ts'
import { isForm, readBody, type BodyPolicy } from './body.ts'
import type { Part } from './context.ts'
import type { RequestContext } from './request-context.ts'
import { HttpError } from './http-error.ts'
import { unwrapSingles } from './values.ts'

/** The schemas of a route, by part of the request. */
export type RequestSchema = { readonly [P in Part]?: Schema | undefined }

/** One validation issue of a request: in which part, where in it, and what is wrong. */
export interface RequestIssue extends Issue {
  /** The part of the request. */
  readonly in: Part
}

/** Validates a request and puts the schemas' output into its context. Returns a promise only when it must wait. */
export type ValidateRequest = (ctx: RequestContext) => void | Promise<void>

/** How requests are validated and refused. */
export interface ValidationOptions {
  /** The language of messages. */
  readonly locale: 'en' | 'zh-CN'
  /** What TypeBox types are compiled by, if there may be any. */
  readonly bridge: SchemaBridge | undefined
}

const prefixes = { en: 'Validation failed', 'zh-CN': '验证失败' } as const

interface Check {
  readonly part: Part
  readonly input: (ctx: RequestContext) => unknown
  readonly validate: (ctx: RequestContext) => Validate
}

/**
 * Compiles the validation of one route's requests.
 * It throws, or rejects with, an HttpError 400 that lists every issue of every part.
 */
export function createRequestValidation(
  method: string,
  schema: RequestSchema,
  bodyPolicy: BodyPolicy,
  options: ValidationOptions,
): ValidateRequest {
  const checks = createChecks(schema, options)
  const readsBody = method !== 'GET' && method !== 'HEAD'
  return (ctx) => {
    if (readsBody) return readThenCheck(ctx, checks, bodyPolicy, options)
    return checks.length === 0 ? undefined : runChecks(ctx, checks, options)
  }
}

function createChecks(schema: RequestSchema, { bridge }: ValidationOptions): Check[] {
  const checks: Check[] = []
  const add = (part: Exclude<Part, 'body'>, input: Check['input']): void => {
    if (schema[part] === undefined) return
    const validate = createValidate(schema[part], { coerce: true, bridge })
    checks.push({ part, input, validate: () => validate })
  }
  add('params', (ctx) => ctx.params)
  add('query', (ctx) => unwrapSingles(ctx.queryValues()))
  add('headers', (ctx) => ({ ...ctx.incoming.headers }))
  add('cookies', (ctx) => ({ ...toObject(ctx.cookies) }))
  if (schema.body !== undefined) {
    const asJson = createValidate(schema.body, { coerce: false, bridge })
    const asForm = createValidate(schema.body, { coerce: true, bridge })
    const validate = (ctx: RequestContext): Validate => (isForm(ctx.incoming.headers['content-type']) ? asForm : asJson)
    checks.push({ part: 'body', input: (ctx) => ctx.body, validate })
  }
  return checks
}

async function readThenCheck(
  ctx: RequestContext,
  checks: readonly Check[],
  bodyPolicy: BodyPolicy,
  options: ValidationOptions,
): Promise<void> {
  ctx.body = await readBody(ctx, bodyPolicy)
  await runChecks(ctx, checks, options)
}

function runChecks(ctx: RequestContext, checks: readonly Check[], options: ValidationOptions): void | Promise<void> {
  const results = checks.map((check) => ({ check, result: check.validate(ctx)(check.input(ctx)) }))
  const settle = (settled: readonly Checked[]): void => {
    const issues = settled.flatMap(({ check, result }) => apply(ctx, check, result))
    if (issues.length > 0) throw toHttpError(issues, options)
  }
  if (isSettled(results)) return settle(results)
  return Promise.all(results.map(async ({ check, result }) => ({ check, result: await result }))).then(settle)
}

/** A check and its result. */
interface Checked {
  readonly check: Check
  readonly result: Result
}

interface Checking {
  readonly check: Check
  readonly result: Result | Promise<Result>
}

function isSettled(results: readonly Checking[]): results is readonly Checked[] {
  return results.every(({ result }) => !(result instanceof Promise))
}

function apply(ctx: RequestContext, { part }: Check, result: Result): RequestIssue[] {
  if (!result.ok) return result.issues.map((issue) => ({ in: part, ...issue }))
  ctx.setPart(part, result.value)
  return []
}

function toHttpError(issues: readonly RequestIssue[], { locale }: ValidationOptions): HttpError {
  const summary = issues.map((issue) => `${issue.in}${issue.path} ${issue.message}`).join('; ')
  return new HttpError(400, `${prefixes[locale]}: ${summary}`, { details: { errors: issues } })
}

function toObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}
