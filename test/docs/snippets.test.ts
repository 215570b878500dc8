import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'
import { describe, expect, it, onTestFinished } from 'vitest'

// Each `ts` block of the README is a program: compiled, and run as it stands but for its port.
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const snippets = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code)
const folder = fileURLToPath(new URL('../output/readme/', import.meta.url))

describe('the README', () => {
  it('has its snippets', () => {
    expect(snippets).toHaveLength(7)
  })

  it.each(snippets.map((code, index) => [index + 1, code] as const))('runs snippet %i', async (index, code) => {
    const child = start(index, code)
    const output = collect(child)
    if (!code.includes('serve({')) {
      expect(await exitCode(child), output.text).toBe(0)
      return
    }
    child.kill('SIGTERM')
    expect(await exitCode(child), output.text).not.toBe(1)
  })

  it('shows what its first snippet streams', async () => {
    const child = start(1, snippets[0] ?? '')
    const output = collect(child)
    const url = await output.until(/http:\S+/)
    const shown = /\$ curl[^\n]*\n([\s\S]*?)```/.exec(readme)?.[1]
    const response = await fetch(`${url}/countdown/3`)
    expect(`${(await response.text()).trimEnd()}\n`).toBe(shown)
  })

  it('shows what its client snippet prints', async () => {
    const child = start(5, snippets[4] ?? '')
    const output = collect(child)
    await exitCode(child)
    expect(output.text.trim().split('\n')).toEqual(['{ tick: 1 }', '{ tick: 2 }', '1', '2'])
  })

  it('shows what its codec snippet prints', async () => {
    const child = start(7, snippets[6] ?? '')
    const output = collect(child)
    await exitCode(child)
    expect(output.text.trim()).toBe('status {"online":true} 7')
  })
})

function start(index: number, code: string): ChildProcess {
  mkdirSync(folder, { recursive: true })
  const file = `${folder}snippet-${index}.mjs`
  writeFileSync(file, transformSync(code.replace('port: 3000', 'port: 0'), { loader: 'ts' }).code)
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => {
    child.kill()
  })
  return child
}

function collect(child: ChildProcess): { readonly text: string; until(pattern: RegExp): Promise<string> } {
  let text = ''
  const listeners = new Set<() => void>()
  const add = (chunk: Buffer): void => {
    text += chunk.toString()
    for (const listener of listeners) listener()
  }
  child.stdout?.on('data', add)
  child.stderr?.on('data', add)
  return {
    get text() {
      return text
    },
    until: (pattern) =>
      new Promise((resolve) => {
        const check = (): void => {
          const found = pattern.exec(text)?.[0]
          if (found !== undefined) resolve(found)
        }
        listeners.add(check)
        check()
      }),
  }
}

function exitCode(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('exit', resolve)
  })
}
