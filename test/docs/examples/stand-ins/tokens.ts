// Tokens, each of which is the name of its user.

/** What a token says; `undefined` for none. */
export async function verify(token: string): Promise<{ user: string; expiresAt: number } | undefined> {
  return token === '' ? undefined : { user: token, expiresAt: Date.now() + 60_000 }
}
