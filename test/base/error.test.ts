import { describe, expect, it } from 'vitest'
import { TidingsError } from '../../src/base/index.ts'

describe('a TidingsError', () => {
  it('is an Error with a stable code and a message', () => {
    const error = new TidingsError('ERR_OPTION', 'retryMs must be a whole number')
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'TidingsError', code: 'ERR_OPTION', message: 'retryMs must be a whole number' })
    expect(String(error)).toBe('TidingsError: retryMs must be a whole number')
  })

  it('keeps its cause', () => {
    const cause = new Error('below')
    expect(new TidingsError('ERR_ROUTE', 'above', { cause }).cause).toBe(cause)
  })

  it('has no cause where there is none', () => {
    expect('cause' in new TidingsError('ERR_ROUTE', 'x')).toBe(false)
  })
})
