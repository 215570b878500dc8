// A value of JSON as a tree, whose branches are made when they are opened.
import { make } from '../dom/make.ts'

/** How many children of one branch are shown at once, and how much of one text. */
const childrenShown = 100
const textShown = 2000
/** A first branch with no more children than this is open from the beginning. */
const openUpTo = 50

/** Makes the tree of a value that JSON.parse has made. */
export function makeJsonView(value: unknown): HTMLElement {
  return make('div', { class: 'json' }, makeNode(undefined, value, 0))
}

function makeNode(name: string | undefined, value: unknown, depth: number): HTMLElement {
  return typeof value === 'object' && value !== null ? makeBranch(name, value, depth) : makeLeaf(name, value)
}

function makeLeaf(name: string | undefined, value: unknown): HTMLElement {
  const text = JSON.stringify(value) ?? 'undefined'
  const shown = make('span', { class: `json-${value === null ? 'null' : typeof value}` }, text.slice(0, textShown))
  const leaf = make('div', { class: 'json-leaf' }, ...nameOf(name), shown)
  if (text.length > textShown)
    leaf.append(makeMore(`… all ${text.length} characters`, () => shown.append(text.slice(textShown))))
  return leaf
}

function makeBranch(name: string | undefined, value: object, depth: number): HTMLElement {
  const entries = Object.entries(value)
  if (entries.length === 0) return makeEmpty(name, value)
  const summary = make('summary', {}, ...nameOf(name), make('span', { class: 'json-preview' }, preview(value, entries)))
  const branch = make('details', {}, summary)
  let isMade = false
  const fill = (): void => {
    if (isMade) return
    isMade = true
    const children = make('div', { class: 'json-children' })
    appendFrom(children, entries, 0, depth)
    branch.append(children)
  }
  branch.addEventListener('toggle', () => branch.open && fill())
  if (depth === 0 || (depth === 1 && entries.length <= openUpTo)) {
    branch.open = true
    fill()
  }
  return branch
}

function appendFrom(parent: HTMLElement, entries: readonly [string, unknown][], start: number, depth: number): void {
  const end = start + childrenShown
  for (const [name, value] of entries.slice(start, end)) parent.append(makeNode(name, value, depth + 1))
  const left = entries.length - end
  if (left > 0) parent.append(makeMore(`… ${left} more`, () => appendFrom(parent, entries, end, depth)))
}

function makeMore(label: string, onClick: () => void): HTMLElement {
  const button = make('button', { type: 'button', class: 'more' }, label)
  button.addEventListener('click', () => {
    button.remove()
    onClick()
  })
  return button
}

function makeEmpty(name: string | undefined, value: object): HTMLElement {
  const text = Array.isArray(value) ? '[]' : '{}'
  return make('div', { class: 'json-leaf' }, ...nameOf(name), make('span', { class: 'json-preview' }, text))
}

function nameOf(name: string | undefined): readonly (Node | string)[] {
  return name === undefined ? [] : [make('span', { class: 'json-name' }, name.slice(0, textShown)), ': ']
}

/** What a branch has in it, in a few words, for when it is folded. */
function preview(value: object, entries: readonly [string, unknown][]): string {
  const few = entries.slice(0, 5).map(([name, child]) => {
    const shown = typeof child === 'object' && child !== null ? shape(child) : JSON.stringify(child)?.slice(0, 40)
    return Array.isArray(value) ? shown : `${name.slice(0, 40)}: ${shown}`
  })
  const text = `${few.join(', ')}${entries.length > 5 ? ', …' : ''}`
  return Array.isArray(value) ? `(${entries.length}) [${text}]` : `{${text}}`
}

function shape(value: object): string {
  return Array.isArray(value) ? `[${value.length}]` : '{…}'
}
