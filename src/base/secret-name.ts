// Which names of headers and of parameters are those of secrets. Too many are taken for one rather than too few.

/** At the end of a name, whatever stands before it: `accesstoken`, `set-cookie`, `apikey`; but no `monkey`. */
const ends = /(?:authorization|cookie|token|secret|password|passwd|signature|(?:api|access|auth|secret|private)key)$/i

/** A word of its own anywhere in a name: `api_key_2`, `session-id`. */
const words =
  /(?:^|[-_.])(?:key|apikey|token|secret|password|passwd|pwd|signature|sig|auth|credentials?|session|jwt)(?:$|[-_.])/i

/** Whether the value of what is called so lets in whoever has it: `Authorization`, `api_key`, `accessToken`, `X-Goog-Api-Key`. */
export function isSecretName(name: string): boolean {
  return ends.test(name) || words.test(name.replace(/(?<=[a-z\d])(?=[A-Z])/g, '-'))
}
