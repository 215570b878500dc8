// The outputs of the program: a line of progress gives way to talk, and is for people alone.
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { createTerminal, Failed, Stopped } from '../../../src/cli/terminal/terminal.ts'

function open(isTTY: boolean): {
  readonly terminal: ReturnType<typeof createTerminal>
  readonly talk: () => string
  readonly out: PassThrough
  readonly stop: AbortController
} {
  const [out, talk] = [new PassThrough(), new PassThrough()]
  const stop = new AbortController()
  const terminal = createTerminal(
    {
      stdout: Object.assign(out, { isTTY, columns: 90 }),
      stderr: Object.assign(talk, { isTTY, columns: 70 }),
      env: {},
    },
    stop,
  )
  return { terminal, talk: () => String(talk.read() ?? ''), out, stop }
}

test('progress is overwritten by progress, and gives way to a line', () => {
  const { terminal, talk } = open(true)
  terminal.showProgress('1')
  terminal.showProgress('2')
  terminal.say('a line')
  terminal.say('another')
  expect(talk()).toBe('\r1\u001B[K\r2\u001B[K\r\u001B[Ka line\nanother\n')
})

test('a line after Ctrl-C is not glued to the ^C, nor does it wipe the progress', () => {
  const { terminal, talk } = open(true)
  terminal.showProgress('1')
  terminal.endLine()
  terminal.say('stopped')
  expect(talk()).toBe('\r1\u001B[K\nstopped\n')
})

test('where nobody watches there is no progress, and no width', () => {
  const { terminal, talk } = open(false)
  terminal.showProgress('1')
  terminal.endLine()
  expect(talk()).toBe('')
  expect([terminal.columns, terminal.talkColumns]).toEqual([undefined, undefined])
  expect([open(true).terminal.columns, open(true).terminal.talkColumns]).toEqual([90, 70])
})

test('an output that nobody reads stops the program, and that is no failure', async () => {
  const { terminal, out, stop } = open(false)
  out.destroy(new Error('EPIPE'))
  await expect(terminal.print('x')).rejects.toBeInstanceOf(Stopped)
  expect(stop.signal.reason).toMatchObject({ exitCode: 0 })
})

test('an output that cannot be written any more stops the program, and that is a failure', async () => {
  const { terminal, out, stop } = open(false)
  out.destroy(Object.assign(new Error('write'), { code: 'ENOSPC' }))
  await expect(terminal.print('x')).rejects.toThrow()
  expect(stop.signal.reason).toBeInstanceOf(Failed)
})
