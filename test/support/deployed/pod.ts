// A node as Kubernetes runs it: probed for whether it is ready, told to end, and killed when its grace time is over.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import { freePort } from '../component/free-port.ts'
import type { Times } from './printed.ts'

/** How the process of a node has ended. */
export interface PodEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface PodOptions {
  readonly script: string
  readonly times: Times
  readonly env: Readonly<Record<string, string>>
  /** Called when a probe has changed whether it is ready. */
  readonly onChange: () => void
}

export class Pod {
  readonly port: number
  isReady = false
  readonly #times: Times
  readonly #onChange: () => void
  readonly #child: ChildProcess
  readonly #exited: Promise<PodEnd>
  #failures = 0
  #output = ''

  private constructor(port: number, { script, times, env, onChange }: PodOptions) {
    this.port = port
    this.#times = times
    this.#onChange = onChange
    const { notReadyMs, spreadMs, drainMs } = times
    const own = { NOT_READY_MS: notReadyMs, SPREAD_MS: spreadMs, DRAIN_MS: drainMs, PORT: port }
    const asText = Object.entries(own).map(([name, value]) => [name, String(value)])
    this.#child = spawn(process.execPath, [script], {
      env: { PATH: process.env['PATH'], ...env, ...Object.fromEntries(asText) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const pipe of [this.#child.stdout, this.#child.stderr])
      pipe?.setEncoding('utf8').on('data', (chunk: string) => (this.#output += chunk))
    this.#exited = once(this.#child, 'exit').then(([code, signal]) => ({ code, signal }))
  }

  /** Starts one, and probes it until it has ended. */
  static async start(options: PodOptions): Promise<Pod> {
    const pod = new Pod(await freePort(), options)
    onTestFinished(async () => {
      pod.#child.kill('SIGKILL')
      await pod.#exited
    })
    void pod.#probeOn()
    return pod
  }

  /** What it has printed. */
  get output(): string {
    return this.#output
  }

  /** Tells it to end, and kills it when its grace time is over. */
  async terminate(): Promise<PodEnd> {
    this.#child.kill('SIGTERM')
    // oxlint-disable-next-line no-restricted-globals -- The grace time is what is tried.
    const killing = setTimeout(() => this.#child.kill('SIGKILL'), this.#times.graceMs)
    const end = await this.#exited
    clearTimeout(killing)
    return end
  }

  async #probeOn(): Promise<void> {
    while (this.#child.exitCode === null && this.#child.signalCode === null) {
      await this.#probe()
      // oxlint-disable-next-line no-restricted-globals -- Probes come by the clock.
      await new Promise((resolve) => setTimeout(resolve, this.#times.probeEveryMs))
    }
  }

  async #probe(): Promise<void> {
    const signal = AbortSignal.timeout(this.#times.probeTimeoutMs)
    const isWell = await fetch(`http://127.0.0.1:${this.port}/readyz`, { signal }).then(
      ({ ok }) => ok,
      () => false,
    )
    this.#failures = isWell ? 0 : this.#failures + 1
    const isReady = isWell || (this.isReady && this.#failures < this.#times.failureThreshold)
    if (isReady === this.isReady) return
    this.isReady = isReady
    this.#onChange()
  }
}
