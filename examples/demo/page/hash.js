// Scenario 1: a hash with its progress, and what the server itself says that it is doing.
import { readStream } from './stream.js'

const mebibyte = 2 ** 20
const yieldOf = { start: 0, message: 1, done: 2 }

export function startHash(section, wire, panel) {
  const find = (selector) => section.querySelector(selector)
  const form = find('.hash-form')
  const leave = form.elements.leave
  let controller
  let run

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void start(Number(new FormData(form).get('megabytes')))
  })
  leave.addEventListener('click', () => controller?.abort())

  async function start(megabytes) {
    controller = new AbortController()
    run = { total: megabytes * mebibyte, startedAt: performance.now(), bytes: 0, read: 0 }
    setRunning(true)
    find('.digest').textContent = ''
    find('.check code').textContent = ''
    say('The server is reading.')
    draw()
    try {
      await readStream(`/hash?megabytes=${megabytes}`, { wire, signal: controller.signal, onEvent })
    } catch (error) {
      wire.say(controller.signal.aborted ? 'The page has left: it has closed the connection.' : error.message)
      say(controller.signal.aborted ? 'You have left. Asking the server what it is doing …' : error.message)
    } finally {
      run.endedAt = performance.now()
      setRunning(false)
    }
  }

  function onEvent(event, data) {
    panel.glow(yieldOf[event])
    if (event === 'start') void watch(data.job)
    if (event === 'message') run.bytes = data.bytes
    if (event === 'done') finish(data.hash)
    draw()
  }

  function finish(digest) {
    say(`Done: ${run.total / mebibyte} MiB in ${secondsOf(run).toFixed(1)} s.`)
    find('.digest').textContent = digest
    find('.check code').textContent = `head -c ${run.total} /dev/zero | sha256sum`
  }

  /** A second stream, of what the server is at. It ends by itself once no handler is running. */
  async function watch(id) {
    const watched = run
    const onReport = (_event, { running, jobs }) => {
      find('.running').textContent = running
      const job = jobs.find((job) => job.id === id)
      if (job === undefined || watched !== run) return
      run.read = job.bytes
      if (job.state === 'stopped') say(stopped(job))
      draw()
    }
    await readStream('/work', { onEvent: onReport }).catch((error) => say(error.message))
  }

  function draw() {
    setMeter('.heard', run.bytes)
    setMeter('.read', Math.max(run.read, run.bytes))
    const seconds = secondsOf(run)
    find('.time').textContent = `${seconds.toFixed(1)} s`
    find('.speed').textContent = run.bytes === 0 ? '–' : `${Math.round(run.bytes / mebibyte / seconds)} MiB/s`
  }

  function setMeter(name, bytes) {
    find(name).textContent = `${Math.round(bytes / mebibyte)} MiB`
    find(`${name}-bar`).value = bytes / run.total
  }

  function setRunning(isRunning) {
    form.querySelector('[type=submit]').disabled = isRunning
    leave.disabled = !isRunning
  }

  function say(text) {
    find('.page .verdict').textContent = text
  }
}

function secondsOf({ startedAt, endedAt = performance.now() }) {
  return (endedAt - startedAt) / 1000
}

function stopped({ bytes, stoppedAfterMs = 0 }) {
  const where = `${Math.round(bytes / mebibyte)} MiB`
  return `The server stopped at ${where}, ${stoppedAfterMs.toFixed(1)} ms after it saw you leave.`
}
