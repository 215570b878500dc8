// Shows the server's code with highlighted syntax. The line of a `yield` lights up when its event arrives.
const tokens =
  /(?<comment>\/\/.*)|(?<string>'[^'\n]*'|`[^`]*`)|(?<yield>\byield\b)|(?<keyword>\b(?:async|await|const|export|finally|for|function|if|import|let|new|of|return|try)\b)|(?<number>\b\d[\d_]*\b)/g
const glowMs = 500

/** Shows the code of each scenario beside it. Returns the panels by name; their `glow` lights up a `yield`. */
export function showSources(sections) {
  const panels = Object.fromEntries(Object.entries(sections).map(([name, section]) => [name, new CodePanel(section)]))
  void fillIn(panels)
  return panels
}

async function fillIn(panels) {
  const sources = await (await fetch('/sources')).json()
  for (const name in panels) panels[name].show(sources[name])
}

class CodePanel {
  #section
  #yields = []
  #timers = new Map()

  constructor(section) {
    this.#section = section
  }

  show({ file, code }) {
    this.#section.querySelector('.file').textContent = file
    const lines = code.split('\n').map(toLine)
    this.#yields = lines.filter((line) => line.querySelector('.yield'))
    this.#section.querySelector('.server code').replaceChildren(...lines)
  }

  /** Lights up the line of the `yield` number `index` in the code, from 0. */
  glow(index) {
    const line = this.#yields[index]
    if (line === undefined) return
    line.classList.add('glowing')
    clearTimeout(this.#timers.get(line))
    this.#timers.set(
      line,
      setTimeout(() => line.classList.remove('glowing'), glowMs),
    )
  }
}

function toLine(text) {
  const line = document.createElement('span')
  line.className = 'code-line'
  // What does not fit is wrapped, and stands two columns behind where the line begins.
  line.style.setProperty('--indent', `${text.search(/\S|$/) + 2}ch`)
  let end = 0
  for (const match of text.matchAll(tokens)) {
    line.append(text.slice(end, match.index), toToken(match))
    end = match.index + match[0].length
  }
  line.append(`${text.slice(end)}\n`)
  return line
}

function toToken(match) {
  const token = document.createElement('span')
  token.className = Object.keys(match.groups).find((name) => match.groups[name] !== undefined)
  token.textContent = match[0]
  return token
}
