// The part of Express that the tests call: it brings no types of its own.
declare module 'express' {
  import type { RequestListener } from 'node:http'

  interface Express extends RequestListener {
    use(handler: Middleware): this
    use(path: string, handler: RequestListener): this
  }
  type Middleware = (request: never, response: never, next: () => void) => void
  const express: { (): Express; json(): Middleware }
  export default express
}
