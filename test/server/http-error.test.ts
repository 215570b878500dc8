import { describe, expect, it } from 'vitest'
import { err, HttpError } from '../../src/server/index.ts'
import { make, untyped } from '../support/server/asking.ts'

async function answerTo(error: unknown): Promise<{ response: Response; errors: unknown[] }> {
  const handler = (): never => {
    throw error
  }
  const { ask, errors } = make([untyped({ method: 'GET', path: '/x', handler })])
  return { response: await ask('/x'), errors }
}

const family = [
  ['badRequest', 400, 'Bad Request'],
  ['unauthorized', 401, 'Unauthorized'],
  ['forbidden', 403, 'Forbidden'],
  ['notFound', 404, 'Not Found'],
  ['methodNotAllowed', 405, 'Method Not Allowed'],
  ['notAcceptable', 406, 'Not Acceptable'],
  ['conflict', 409, 'Conflict'],
  ['gone', 410, 'Gone'],
  ['contentTooLarge', 413, 'Content Too Large'],
  ['unsupportedMediaType', 415, 'Unsupported Media Type'],
  ['unprocessableContent', 422, 'Unprocessable Content'],
  ['tooManyRequests', 429, 'Too Many Requests'],
  ['internal', 500, 'Internal Server Error'],
  ['badGateway', 502, 'Bad Gateway'],
  ['unavailable', 503, 'Service Unavailable'],
  ['gatewayTimeout', 504, 'Gateway Timeout'],
] as const

describe('an error that is meant for the client', () => {
  it('has a maker for every usual status', () => {
    expect(Object.keys(err).toSorted()).toEqual(family.map(([name]) => name).toSorted())
  })

  it.each(family)('err.%s answers %i, by default with the words of the standard', async (name, status, phrase) => {
    const { response, errors } = await answerTo(err[name]())
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await response.json()).toEqual({ code: status, message: phrase })
    expect(errors).toEqual([])
  })

  it('answers its own message', async () => {
    const { response } = await answerTo(err.notFound('no such task'))
    expect(await response.json()).toEqual({ code: 404, message: 'no such task' })
  })

  it('answers its details and headers', async () => {
    const { response } = await answerTo(
      err.tooManyRequests('slow down', { headers: { 'Retry-After': '7' }, details: { limit: 10, per: 'minute' } }),
    )
    expect(response.headers.get('retry-after')).toBe('7')
    expect(await response.json()).toEqual({ code: 429, message: 'slow down', limit: 10, per: 'minute' })
  })

  it.each([
    [{ header: { 'retry-after': '7' } }, 'HttpError has no option "header". Did you mean headers?'],
    [{ detail: { limit: 10 } }, 'Did you mean details?'],
    [{ headers: 'retry-after: 7' }, 'headers must be an object'],
    [{ details: 'limit' }, 'details must be an object'],
    ['a second text', 'The options of HttpError must be an object'],
  ])('refuses options that it does not have or cannot use: %j', (options, said) => {
    const expected = expect.objectContaining({ code: 'ERR_OPTION', message: expect.stringContaining(said) })
    expect(() => err.notFound('x', options as object)).toThrow(expected)
  })

  it('does not let details replace code and message', async () => {
    const { response } = await answerTo(err.conflict('taken', { details: { code: 'X', message: 'y', more: 1 } }))
    expect(await response.json()).toEqual({ code: 409, message: 'taken', more: 1 })
  })

  it('keeps its cause to itself', async () => {
    const cause = new Error('secret')
    const error = err.conflict('taken', { cause })
    expect(error.cause).toBe(cause)
    expect(await (await answerTo(error)).response.text()).not.toContain('secret')
  })

  it('can have any other status', async () => {
    const { response } = await answerTo(new HttpError(451, 'blocked'))
    expect(response.status).toBe(451)
    expect(await response.json()).toEqual({ code: 451, message: 'blocked' })
  })

  it('is an Error with a stable code', () => {
    expect(err.gone()).toBeInstanceOf(Error)
    expect(err.gone()).toMatchObject({ name: 'HttpError', code: 'ERR_HTTP', status: 410 })
  })

  it.each([
    ['a status that there is not', () => new HttpError(99, 'x')],
    ['a status that is no number', () => new HttpError(Number.NaN, 'x')],
    ['a header that HTTP cannot hold', () => err.badRequest('x', { headers: { 'x-a': 'a\r\nb: c' } })],
    ['details that JSON cannot hold', () => err.badRequest('x', { details: { n: 1n } })],
  ])('with %s is answered, whether it is refused when made or when sent', async (_name, makeError) => {
    const handler = (): never => {
      throw makeError()
    }
    const { ask } = make([untyped({ method: 'GET', path: '/x', handler })])
    const response = await ask('/x')
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(response.headers.has('b')).toBe(false)
  })
})
