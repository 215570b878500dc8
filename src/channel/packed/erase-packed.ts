// Erases the packed form of a log for good.
import type { Journal } from '../../journal/index.ts'
import { isRefusal } from '../refusal.ts'
import { positionAt, type PackedPlace } from './place.ts'

/** Erases what is packed of a log. The packed log is closed then, also where there was none: nothing can be packed any more. */
export async function erasePacked(journal: Journal, place: PackedPlace, forgetAfterMs: number): Promise<void> {
  const { packedTopic, id } = place
  for (;;) {
    const { tail, closed } = await journal.read(packedTopic, positionAt(place, 0), { limit: 0 })
    if (closed) {
      await journal.trim(packedTopic, tail)
      await journal.erase(packedTopic, positionAt(place, tail))
      return
    }
    const options = { epoch: id, expectSeq: tail, close: true, retention: { forgetAfterMs } }
    try {
      await journal.append(packedTopic, 'null', { ...options, event: 'erased' })
    } catch (error) {
      // A node that packs was faster: what it has written is seen in the next round.
      if (!isRefusal(error)) throw error
    }
  }
}
