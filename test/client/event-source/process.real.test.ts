// What an EventSource does to the process it runs in, which runs the build.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { endless, events, openScriptedServer, refusal } from '../../support/client/scripted-server.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Runs a program whose only work is its `source`. */
async function runProgram(url: string, program: string): Promise<{ code: number | null; output: string }> {
  const whole = `
    import { EventSource } from 'tidings/client'
    const source = new EventSource(${JSON.stringify(url)})
    ${program}`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', whole], { cwd: root })
  let output = ''
  for (const pipe of [child.stdout, child.stderr]) {
    pipe.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output }
}

describe('a program whose only work is an EventSource', () => {
  it('lives through the wait to come back, and ends when it is closed', async () => {
    const server = await openScriptedServer(events('retry: 300\ndata: a\n\n'), refusal, endless('data: b\n\n'))
    const program = `source.onmessage = ({ data }) => {
      console.log(data)
      if (data === 'b') source.close()
    }`
    expect(await runProgram(server.url, program)).toEqual({ code: 0, output: 'a\nb\n' })
    expect(server.requests.length).toBe(3)
  })

  it('ends when it is closed while it waits', async () => {
    const server = await openScriptedServer(events('retry: 60000\n\n'))
    const program = `source.onerror = () => setTimeout(() => source.close(), 10)`
    expect(await runProgram(server.url, program)).toEqual({ code: 0, output: '' })
  })

  it('ends when the source was closed for good by the server', async () => {
    const server = await openScriptedServer()
    expect(await runProgram(server.url, '')).toEqual({ code: 0, output: '' })
  })

  it('is told of what a listener throws in the platform’s way, and goes on reading', async () => {
    const server = await openScriptedServer(endless('data: a\n\ndata: b\n\n'))
    const program = `
    process.on('uncaughtException', (error) => console.log('uncaught', error.message))
    source.addEventListener('message', ({ data }) => { throw new Error('at ' + data) })
    source.addEventListener('message', ({ data }) => {
      console.log(data)
      if (data === 'b') source.close()
    })`
    const { code, output } = await runProgram(server.url, program)
    expect(code).toBe(0)
    expect(output.trim().split('\n').toSorted()).toEqual(['a', 'b', 'uncaught at a', 'uncaught at b'])
  })
})
