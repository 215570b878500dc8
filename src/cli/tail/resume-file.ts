// The file of `--resume-file`: where a stream goes on after this program has ended, however it ended.
import { closeSync, fstatSync, openSync, readFileSync, readSync, renameSync, writeFileSync } from 'node:fs'
import { TidingsError } from '../../base/index.ts'

/** What the file holds, as JSON. */
interface ResumeRecord {
  readonly resume: 1
  /** The stream's address, without its query, which may hold secrets. */
  readonly url: string
  /** The id of the last event that was handled. */
  readonly id: string
  /** Where the output ended then, if it is a file: its identity and its size. */
  readonly output?: OutputMark
}

interface OutputMark {
  readonly device: number
  readonly inode: number
  readonly size: number
}

/** A file that remembers the position in a stream. */
export class ResumeFile {
  /** The id to go on after; `''` to begin. */
  readonly lastEventId: string
  readonly #path: string
  readonly #url: string
  /**
   * What the output has beyond the position, printed in the moment before a crash: its events come again. A character for
   * each byte, since it may end within a character.
   */
  #unrecorded: string

  /** @throws TidingsError `ERR_OPTION` for a file that is none of ours, is another stream's, or cannot be written */
  constructor(path: string, url: URL) {
    this.#path = path
    this.#url = url.origin + url.pathname
    const record = readRecord(path)
    if (record !== undefined && record.url !== this.#url)
      throw wrong(`${path} is the position in ${record.url}. Give another file for ${this.#url}, or delete it.`)
    this.lastEventId = record?.id ?? ''
    this.#unrecorded = record?.output === undefined ? '' : readAfter(record.output)
    // As it was, to see that it can be written: what is not recorded stays so until its events have come again.
    try {
      this.#write(record ?? { resume: 1, url: this.#url, id: '' })
    } catch (error) {
      throw wrong(`${path} cannot be written`, error)
    }
  }

  /** The part of an event's text that the output does not have yet: all of it, but after a crash. */
  withoutPrinted(text: string): Buffer {
    const bytes = Buffer.from(text)
    if (this.#unrecorded === '' || text === '') return bytes
    const { rest, left } = subtract(bytes.toString('latin1'), this.#unrecorded)
    this.#unrecorded = left
    return Buffer.from(rest, 'latin1')
  }

  /**
   * Stores the position after an event, in one step: whenever the program ends, the file holds a whole position.
   *
   * @throws an error where it cannot be written any more
   */
  store(id: string): void {
    const output = markOutput()
    // Less what the output has of events that are still to come again.
    const size = (output?.size ?? 0) - this.#unrecorded.length
    try {
      this.#write({ resume: 1, url: this.#url, id, ...(output && { output: { ...output, size } }) })
    } catch (error) {
      throw new Error(`${this.#path} cannot be written any more`, { cause: error })
    }
  }

  #write(record: ResumeRecord): void {
    const draft = `${this.#path}.tmp`
    writeFileSync(draft, `${JSON.stringify(record)}\n`, { mode: 0o600 })
    renameSync(draft, this.#path)
  }
}

function readRecord(path: string): ResumeRecord | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (Object(error).code === 'ENOENT') return undefined
    throw wrong(`${path} cannot be read`, error)
  }
  // One that `touch` or `mktemp` made.
  if (text === '') return undefined
  try {
    const record: unknown = JSON.parse(text)
    if (isRecord(record)) return record
  } catch (error) {
    throw wrong(`${path} is no file of --resume-file`, error)
  }
  throw wrong(`${path} is no file of --resume-file.`)
}

function isRecord(value: unknown): value is ResumeRecord {
  const { resume, url, id, output }: Partial<ResumeRecord> = Object(value)
  const isMark = output === undefined || Object.values(Object(output)).every(Number.isSafeInteger)
  return resume === 1 && typeof url === 'string' && typeof id === 'string' && isMark
}

/** The identity and the size of the standard output, if it is a file. */
function markOutput(): OutputMark | undefined {
  const stats = fstatSync(1)
  return stats.isFile() ? { device: stats.dev, inode: stats.ino, size: stats.size } : undefined
}

/** What the standard output has after a mark, if it is the same file, and can be read: at most 32 MiB, an event. */
function readAfter(mark: OutputMark): string {
  const now = markOutput()
  const length = (now?.size ?? 0) - mark.size
  if (now?.inode !== mark.inode || now.device !== mark.device || length <= 0 || length > 2 ** 25) return ''
  const bytes = Buffer.alloc(length)
  let file: number | undefined
  try {
    // The descriptor itself is for writing alone.
    file = openSync('/dev/fd/1', 'r')
    readSync(file, bytes, 0, length, mark.size)
    return bytes.toString('latin1')
  } catch {
    // Windows has no such name: there an event that was being printed during a crash is printed again.
    return ''
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** What is left to print of an event's text, and what is left of the text that the output has already. */
function subtract(text: string, printed: string): { readonly rest: string; readonly left: string } {
  if (printed.startsWith(text)) return { rest: '', left: printed.slice(text.length) }
  // Cut off in the middle of a write.
  if (text.startsWith(printed)) return { rest: text.slice(printed.length), left: '' }
  const end = printed.indexOf('\n') + 1
  // The same event, although the server has written it anew: with another time, say.
  if (isSameEvent(text, printed.slice(0, end))) return { rest: '', left: printed.slice(end) }
  // What is none of ours stays; an event begins with its line.
  return { rest: printed.endsWith('\n') ? text : `\n${text}`, left: '' }
}

/** Whether two lines of JSON are events of one name and id. */
function isSameEvent(line: string, other: string): boolean {
  const [, name, id] = eventStart.exec(line) ?? []
  const [, otherName, otherId] = eventStart.exec(other) ?? []
  return id !== undefined && id !== '""' && id === otherId && name === otherName
}

/** How `toEventLine` begins a line. */
const eventStart = /^\{"event":("(?:[^"\\]|\\.)*"),"id":("(?:[^"\\]|\\.)*"),/

function wrong(message: string, cause?: unknown): TidingsError {
  return new TidingsError('ERR_OPTION', message, { cause })
}
