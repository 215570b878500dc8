// Channels with a topic that has had an event.
import { createChannels } from 'tidings/channel'

export const channels = createChannels()
export const orders = channels.topic<{ status: string }>('orders')
await orders.publish({ status: 'paid' }, { event: 'order' })

export const { signal } = new AbortController()

/** Publishes so many events more. */
export async function publishSome(count: number): Promise<void> {
  for (let published = 0; published < count; published += 1) await orders.publish({ status: 'paid' })
}
