// What the claim of a key means for one who asks with it.
import { describe, expect, test } from 'vitest'
import { encodeClaim, judgeClaim, parseClaim, type Asker, type Claim } from '../../../src/channel/run/claim.ts'

const asker: Asker = { run: 'mine', node: 'here', request: 'a', isStarting: (run) => run === 'neighbour' }
const claimed = { state: 'claimed', run: 'theirs', node: 'there', goodForMs: 10_000, request: 'a' } as const
const started = { state: 'started', run: 'theirs', request: 'a' } as const

describe('a claim', () => {
  test.each<[string, Claim, ReturnType<typeof judgeClaim>, ReturnType<typeof judgeClaim>]>([
    ['that is free', { state: 'free' }, 'free', 'free'],
    ['of another node', claimed, 'held', 'free'],
    ['of the asker', { ...claimed, run: 'mine' }, 'own', 'own'],
    ['of this node, that is starting', { ...claimed, node: 'here', run: 'neighbour' }, 'held', 'free'],
    ['of this node, that has failed', { ...claimed, node: 'here' }, 'free', 'free'],
    ['for another request', { ...claimed, request: 'b' }, 'another-request', 'free'],
    ['that has started', started, 'started', 'started'],
    ['that has started another request', { ...started, request: 'b' }, 'another-request', 'another-request'],
    ['that has started what is not known', { ...started, request: undefined }, 'started', 'started'],
  ])('%s', (_, claim, inTime, expired) => {
    expect(judgeClaim(claim, asker, false)).toBe(inTime)
    expect(judgeClaim(claim, asker, true)).toBe(expired)
  })

  test.each<Claim>([{ state: 'free' }, claimed, { ...claimed, request: undefined }, started])(
    'is read as it was written',
    (claim) => {
      const { data, event } = encodeClaim(claim)
      expect(parseClaim({ seq: 1, nonce: '', data, ...(event === undefined ? {} : { event }) })).toEqual(claim)
    },
  )

  test.each(['{}', '7', 'null', '{"state":"claimed"}', '{"state":"taken"}'])('cannot be %s', (data) => {
    expect(() => parseClaim({ seq: 1, nonce: '', data })).toThrow(
      expect.objectContaining({ code: 'ERR_EVENT_INVALID' }),
    )
  })
})
