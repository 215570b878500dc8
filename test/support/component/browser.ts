// Real browsers with one page open, each in a profile and a process group of its own.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathOf } from './component.ts'
import { freePort } from './free-port.ts'

/** A browser that has been told to open its page. */
export interface RunningBrowser {
  kill(): Promise<void>
}

export const browsers = {
  Chromium: openChromium,
  Firefox: openFirefox,
  WebKit: openWebKit,
} as const

const chromiumFlags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-precise-memory-info',
  '--js-flags=--expose-gc',
]

async function openChromium(url: string): Promise<RunningBrowser> {
  const folder = createFolder('chromium')
  const flags = [...chromiumFlags, `--user-data-dir=${folder}`]
  return toBrowser([startGroup(pathOf('chromium'), [...flags, url])], folder)
}

/** What would open other pages or ask the network, switched off. */
const firefoxSettings = {
  'app.update.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'toolkit.telemetry.enabled': false,
} as const

async function openFirefox(url: string): Promise<RunningBrowser> {
  const folder = createFolder('firefox')
  const lines = Object.entries(firefoxSettings).map(
    ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`,
  )
  writeFileSync(join(folder, 'user.js'), lines.join('\n'))
  const flags = ['--headless', '--no-remote', '--profile', folder]
  return toBrowser([startGroup(pathOf('firefox-esr'), [...flags, url])], folder)
}

/** WebKit is opened by its driver, on a display of its own: it can do without neither. */
async function openWebKit(url: string): Promise<RunningBrowser> {
  const folder = createFolder('webkit')
  const display = spawn(pathOf('xvfb'), ['-displayfd', '3', '-screen', '0', '800x600x24', '-nolisten', 'tcp'], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const number = await firstLine(display)
  const port = await freePort()
  const driver = startGroup(pathOf('webkit2gtk-driver'), [`--port=${port}`], {
    DISPLAY: `:${number}`,
    GDK_BACKEND: 'x11',
    HOME: folder,
    NO_AT_BRIDGE: '1',
    WEBKIT_DISABLE_COMPOSITING_MODE: '1',
  })
  const browser = toBrowser([driver, display], folder)
  try {
    await drive(port, url)
  } catch (error) {
    await browser.kill()
    throw error
  }
  return browser
}

const miniBrowser = {
  browserName: 'MiniBrowser',
  'webkitgtk:browserOptions': {
    binary: '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser',
    args: ['--automation'],
  },
}

/** Opens a session (W3C WebDriver 8.1) and navigates. */
async function drive(port: number, url: string): Promise<void> {
  const base = `http://127.0.0.1:${port}/session`
  const { sessionId } = await command(base, { capabilities: { alwaysMatch: miniBrowser } })
  await command(`${base}/${sessionId}/url`, { url })
}

async function command(url: string, body: object): Promise<{ readonly sessionId?: string }> {
  const response = await untilListening(() => fetch(url, { method: 'POST', body: JSON.stringify(body) }))
  const { value } = (await response.json()) as { value: { sessionId?: string } | null }
  if (!response.ok) throw new Error(`WebKitWebDriver answered ${response.status}: ${JSON.stringify(value)}`)
  return value ?? {}
}

/** The driver does not say when it listens. */
async function untilListening(request: () => Promise<Response>): Promise<Response> {
  for (let tries = 0; ; tries++) {
    try {
      return await request()
    } catch (error) {
      if (tries === 1500) throw error
      // oxlint-disable-next-line no-restricted-globals -- asks again and again
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  const pipe = child.stdio[3]
  if (pipe === null || pipe === undefined) throw new Error('The display has no pipe to say its number on.')
  const [chunk] = await once(pipe, 'data')
  return String(chunk).trim()
}

function createFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `tidings-${name}-`))
}

function startGroup(program: string, flags: readonly string[], more: NodeJS.ProcessEnv = {}): ChildProcess {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...more }
  return spawn(program, flags, { detached: true, stdio: 'ignore', env })
}

function toBrowser(children: readonly ChildProcess[], folder: string): RunningBrowser {
  return {
    kill: async () => {
      for (const child of children) await killGroup(child)
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

/** A browser is many processes; those that it has started end with it. */
async function killGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const exited = once(child, 'exit')
  process.kill(-child.pid, 'SIGKILL')
  await exited
}
