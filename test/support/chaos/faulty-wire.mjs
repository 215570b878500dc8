// Streams that break a promise between the server and its readers: the controls of what a chaos run counts.

const every = 20

/** By the name of the control: what becomes of one block of a stream. `count` is its number among the events so far. */
const faults = {
  drop: (block, { count, isEvent }) => (isEvent && count % every === 0 ? [] : [block]),
  repeat: (block, { count, isEvent }) => (isEvent && count % every === 0 ? [block, block] : [block]),
  garble: (block, { count, isEvent }) => (isEvent && count % every === 0 ? [block.replace(/\}$/m, '')] : [block]),
  stall: (block, { count, isEvent }) => (isEvent && count > every ? [] : [block]),
  'hide-reset': (block) => (block.includes('event: tidings:reset') ? [] : [block]),
  'hide-gap': (block) => (block.includes('event: tidings:gap') ? [] : [block]),
  'widen-gap': (block) => [block.replace(/"from":"([^.]*)\.[^"]*"/, '"from":"$1.1"')],
  swap: (block, state) => {
    const { count, isEvent, held } = state
    state.held = undefined
    if (held !== undefined) return [block, held]
    if (!isEvent || count % every !== 0) return [block]
    state.held = block
    return []
  },
}

export const wireControls = Object.keys(faults)

/** The response with the fault in its stream. */
export function withFault(response, control) {
  const fault = faults[control]
  if (fault === undefined || response.body === null || !isStream(response)) return response
  const state = { count: 0, isEvent: false, held: undefined }
  let rest = ''
  const blocks = new TransformStream({
    transform: (text, controller) => {
      const parts = (rest + text).split('\n\n')
      rest = parts.pop() ?? ''
      for (const block of parts) for (const sent of pass(block, state, fault)) controller.enqueue(`${sent}\n\n`)
    },
  })
  const body = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(blocks)
    .pipeThrough(new TextEncoderStream())
  return new Response(body, response)
}

function pass(block, state, fault) {
  state.isEvent = /^data: /m.test(block) && !/^event: /m.test(block)
  if (state.isEvent) state.count += 1
  return fault(block, state)
}

function isStream(response) {
  return response.headers.get('content-type')?.startsWith('text/event-stream') === true
}
