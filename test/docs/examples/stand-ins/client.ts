// A client of the reader's server.
import { createClient } from 'tidings/client'
import type { routes } from './routes.ts'

export const client = createClient<typeof routes>('https://example.com')
