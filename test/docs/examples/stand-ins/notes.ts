// Notes with ids that count up.

const kept = ['1', '2', '3'].map((id) => ({ id, text: `Note ${id}` }))

export const notes = {
  /** Those behind the one of that id; all of them where there is none. */
  after: (id: string | undefined) => kept.slice(id === undefined ? 0 : Number(id)),
}
