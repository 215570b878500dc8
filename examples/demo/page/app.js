// The page: three scenarios, each with a view of the bytes on the wire and of the server's code.
import { ChatScenario } from './chat.js'
import { showSources } from './code.js'
import { HashScenario } from './hash.js'
import { NotesScenario } from './notes.js'
import { Wire } from './wire.js'

const section = (id) => document.getElementById(id)
const wireOf = (id, curl) => new Wire(section(id).querySelector('.wire'), curl)
const quoted = (path) => `curl -N '${location.origin}${path}'`
const panels = showSources({ hash: section('hash'), chat: section('chat'), notes: section('notes') })

void new HashScenario(section('hash'), wireOf('hash', quoted('/hash?megabytes=512')), panels.hash)
void new ChatScenario(section('chat'), wireOf('chat', chatCommand()), panels.chat)
void new NotesScenario(section('notes'), wireOf('notes', quoted('/notes?tab=curl')), panels.notes)

function chatCommand() {
  const parts = [{ type: 'text', text: 'Why not a WebSocket?' }]
  const body = JSON.stringify({ messages: [{ id: '1', role: 'user', parts }] })
  return `${quoted('/chat')} -H 'accept: text/event-stream;tidings=1' -H 'content-type: application/json' -d '${body}'`
}
