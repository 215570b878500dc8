import { expect, it } from 'vitest'
import { isSecretName } from '../../src/base/index.ts'

const secrets = 'Authorization proxy-authorization Cookie set-cookie x-api-key api_key apikey accessToken access_token'
const more = 'X-Goog-Api-Key key sig X-Amz-Signature session sessionId jwt client_secret'

it.each(`${secrets} ${more}`.split(' '))('%s is the name of a secret', (name) => {
  expect(isSecretName(name)).toBe(true)
})

it.each([
  'monkey',
  'keyword',
  'design',
  'author',
  'max_tokens',
  'accept',
  'sec-fetch-site',
  'q',
  'keep-alive',
  'tokenizer',
])('%s is none', (name) => {
  expect(isSecretName(name)).toBe(false)
})
