// Scenario 1: a hash job with its progress, and the server's own report of what it is doing.
import { readStream } from './stream.js'

const mebibyte = 2 ** 20
const yieldOf = { start: 0, message: 1, done: 2 }

export class HashScenario {
  #section
  #wire
  #panel
  #controller
  /** The progress of the current job, or of the last one. */
  #run

  constructor(section, wire, panel) {
    this.#section = section
    this.#wire = wire
    this.#panel = panel
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault()
      void this.#start(Number(new FormData(this.#form).get('megabytes')))
    })
    this.#form.elements.leave.addEventListener('click', () => this.#controller?.abort())
  }

  get #form() {
    return this.#find('.hash-form')
  }

  async #start(megabytes) {
    const { signal } = (this.#controller = new AbortController())
    this.#run = { total: megabytes * mebibyte, startedAt: performance.now(), bytes: 0, read: 0 }
    this.#begin()
    const onEvent = (event, data) => this.#take(event, data)
    try {
      await readStream(`/hash?megabytes=${megabytes}`, { wire: this.#wire, signal, onEvent })
    } catch (error) {
      this.#wire.say(signal.aborted ? 'The page has left: it has closed the connection.' : error.message)
      this.#say(signal.aborted ? 'You have left. Asking the server what it is doing …' : error.message)
    } finally {
      this.#run.endedAt = performance.now()
      this.#setRunning(false)
    }
  }

  #begin() {
    this.#setRunning(true)
    this.#find('.digest').textContent = ''
    this.#find('.check code').textContent = ''
    this.#say('The server is reading.')
    this.#draw()
  }

  #take(event, data) {
    this.#panel.glow(yieldOf[event])
    if (event === 'start') void this.#watch(data.job, this.#run)
    if (event === 'message') this.#run.bytes = data.bytes
    if (event === 'done') this.#finish(data.hash)
    if (event === 'error') this.#say(data.error)
    this.#draw()
  }

  #finish(digest) {
    const { total } = this.#run
    this.#say(`Done: ${total / mebibyte} MiB in ${secondsOf(this.#run).toFixed(1)} s.`)
    this.#find('.digest').textContent = digest
    this.#find('.check code').textContent = `head -c ${total} /dev/zero | sha256sum`
  }

  /** Reads a second stream, the server's report of its jobs, which ends when no job is running. */
  async #watch(id, run) {
    const onEvent = (_event, { running, jobs }) => {
      this.#find('.running').textContent = running
      const job = jobs.find((candidate) => candidate.id === id)
      if (job === undefined || run !== this.#run) return
      run.read = job.bytes
      if (job.state === 'stopped') this.#say(stopped(job))
      this.#draw()
    }
    await readStream('/work', { onEvent }).catch((error) => this.#say(error.message))
  }

  #draw() {
    const { bytes, read } = this.#run
    const seconds = secondsOf(this.#run)
    this.#setMeter('.heard', bytes)
    this.#setMeter('.read', Math.max(read, bytes))
    this.#find('.time').textContent = `${seconds.toFixed(1)} s`
    this.#find('.speed').textContent = bytes === 0 ? '–' : `${Math.round(bytes / mebibyte / seconds)} MiB/s`
  }

  #setMeter(name, bytes) {
    this.#find(name).textContent = `${Math.round(bytes / mebibyte)} MiB`
    this.#find(`${name}-bar`).value = bytes / this.#run.total
  }

  #setRunning(isRunning) {
    this.#form.querySelector('[type=submit]').disabled = isRunning
    this.#form.elements.leave.disabled = !isRunning
  }

  #say(text) {
    this.#find('.page .verdict').textContent = text
  }

  #find(selector) {
    return this.#section.querySelector(selector)
  }
}

function secondsOf({ startedAt, endedAt = performance.now() }) {
  return (endedAt - startedAt) / 1000
}

function stopped({ bytes, stoppedAfterMs = 0 }) {
  const where = `${Math.round(bytes / mebibyte)} MiB`
  return `The server stopped at ${where}, ${stoppedAfterMs.toFixed(1)} ms after it saw you leave.`
}
