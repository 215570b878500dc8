// What the check of the wire can find.
import type { Verdict } from '../finding.ts'

/** The codes of the findings about bytes, lines and blocks. */
export type WireCode =
  | 'too-large'
  | 'cut'
  | 'byte-order-mark'
  | 'byte-order-marks'
  | 'utf-8'
  | 'carriage-return'
  | 'crlf'
  | 'unfinished'
  | 'unknown-field'
  | 'id-with-nul'
  | 'no-data'
  | 'empty-data'
  | 'not-serialised'
  | 'json-over-lines'

/** Everything that can be wrong with the bytes of a stream. */
export const wireVerdicts: Readonly<Record<WireCode, Verdict>> = {
  'too-large': {
    level: 'fault',
    title: 'An event is larger than 16 MiB',
    why: 'Clients that bound their memory stop there. The others keep all of it, and their parser may take seconds.',
    mend: 'Send a reference to the data (a url), or send it in parts.',
  },
  cut: {
    level: 'fault',
    title: 'The connection was cut in the middle of the response',
    why: 'The server died or threw, or a proxy lost patience. Clients lose the event that was on its way.',
    mend: 'See the logs of the server and the proxy. End streams properly, and lower the heartbeat below the timeout of the proxy.',
  },
  'byte-order-mark': {
    level: 'warning',
    title: 'The stream begins with a byte order mark',
    why: 'The standard has clients skip one; several do not and lose the first line.',
    mend: 'Send none.',
  },
  'byte-order-marks': {
    level: 'fault',
    title: 'The stream begins with more than one byte order mark',
    why: 'Clients skip one. The next is a part of the name of the first field, so that the line is ignored.',
    mend: 'Send none.',
  },
  'utf-8': {
    level: 'fault',
    title: 'The stream is not valid UTF-8',
    why: 'Broken bytes are read as U+FFFD: the text is damaged. Often a character was cut where a chunk ends, or the text has another encoding.',
    mend: 'Encode whole events as UTF-8. Do not turn chunks of bytes into text one by one without a streaming decoder.',
  },
  'carriage-return': {
    level: 'warning',
    title: 'Lines end with CR alone',
    why: 'The standard allows it, but many clients split lines at LF only and find no event at all. It also shows that data with a CR was written as it is, which lets text forge fields.',
    mend: 'End lines with LF, and split data at CR, LF and CRLF before writing it.',
  },
  crlf: {
    level: 'note',
    title: 'Lines end with CRLF',
    why: 'The standard allows it, but clients that look for two LF in a row find no event.',
    mend: 'End lines with LF.',
  },
  unfinished: {
    level: 'fault',
    title: 'The last event is not ended by an empty line, so that it is lost',
    why: 'The standard has clients discard an event that the end of the stream leaves unfinished (some dispatch it all the same).',
    mend: 'End every event with an empty line, the last one too.',
  },
  'unknown-field': {
    level: 'fault',
    title: 'There are lines that clients ignore',
    why: 'A line whose field is none of data, event, id, retry is ignored. Usually data with line breaks was written after one `data:`; what follows the first break is lost.',
    mend: 'Write `data: ` before each line of the data. JSON needs one line only: JSON.stringify without indentation.',
  },
  'id-with-nul': {
    level: 'fault',
    title: 'An id has a NUL character',
    why: 'The standard has clients ignore such an id: they reconnect with an older one.',
    mend: 'Make ids of printable ASCII characters.',
  },
  'no-data': {
    level: 'fault',
    title: 'There is an event without data, which is never dispatched',
    why: 'The standard has clients drop a block that has no data field, with whatever name.',
    mend: 'Send data with it, `data: {}` for instance; for a heartbeat send a comment instead.',
  },
  'empty-data': {
    level: 'warning',
    title: 'There are events with empty data',
    why: 'Used as heartbeats they reach the `message` listeners of every client: JSON.parse of them throws. Some clients drop them.',
    mend: 'For a heartbeat send a comment (a line that begins with a colon). Otherwise send `null` or `{}`.',
  },
  'not-serialised': {
    level: 'fault',
    title: 'Data is what JavaScript makes of a value that was not serialised',
    why: 'An object, `undefined` or NaN was made into text: its content is lost.',
    mend: 'Write JSON.stringify(value), and refuse values that are none.',
  },
  'json-over-lines': {
    level: 'note',
    title: 'JSON is written over several data lines',
    why: 'The standard joins them again, but clients that read line by line take each for an event and fail to parse it.',
    mend: 'Write JSON in one line.',
  },
}
