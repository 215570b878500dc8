// A real HAProxy for the length of a test.
import { startPrintedProxy } from './printed-proxy.ts'

/** An HAProxy in front of the node on `port`, with these lines among its defaults. Resolves with its address. */
export function startHaproxy(port: number, lines: readonly string[] = []): Promise<string> {
  return startPrintedProxy('haproxy', configuration(port, lines))
}

// 8080 stands for a free port: `startPrintedProxy` replaces it.
const configuration = (port: number, lines: readonly string[]): string => `
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  ${lines.join('\n  ')}

listen web
  bind 127.0.0.1:8080
  server one 127.0.0.1:${port}
`
