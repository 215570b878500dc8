// The mount: a controller, so that the guards of Nest run before the server.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { All, Controller, Req, Res, type BeforeApplicationShutdown } from '@nestjs/common'
import { toNodeHandler } from 'tidings/node'
import { server } from './live.js'

const handler = toNodeHandler(server)

@Controller('live')
export class LiveController implements BeforeApplicationShutdown {
  @All('*path')
  answer(@Req() request: IncomingMessage, @Res() response: ServerResponse): void {
    handler(request, response)
  }

  // Nest then waits until every answer has ended. Open streams would keep it from that.
  beforeApplicationShutdown(): Promise<void> {
    return server.close()
  }
}
