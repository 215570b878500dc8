// Nodes made like others by the fewest changes, so that what stays the same keeps its selection.

/**
 * Makes the children of `parent` behind `after` (all of them, if it is `null`) like those of `wanted`, which is emptied.
 * Returns the last of them, or `after`.
 */
export function patchChildren(parent: Node, after: Node | null, wanted: Node): Node | null {
  let last = after
  let present = next(parent, last)
  for (let node = wanted.firstChild; node !== null; node = wanted.firstChild) {
    if (present !== null && patchNode(present, node)) {
      wanted.removeChild(node)
      last = present
    } else {
      if (present === null) parent.appendChild(node)
      else parent.replaceChild(node, present)
      last = node
    }
    present = next(parent, last)
  }
  removeBehind(parent, last)
  return last
}

/** Removes the children of `parent` behind `after`; all of them, if it is `null`. */
export function removeBehind(parent: Node, after: Node | null): void {
  for (let node = next(parent, after); node !== null; node = next(parent, after)) parent.removeChild(node)
}

function next(parent: Node, node: Node | null): ChildNode | null {
  return node === null ? parent.firstChild : node.nextSibling
}

/** Makes a node like another, if that takes less than putting the other in its place. */
function patchNode(present: Node, wanted: Node): boolean {
  if (present instanceof Text && wanted instanceof Text) {
    patchText(present, wanted.data)
    return true
  }
  if (present.isEqualNode(wanted)) return true
  if (!(present instanceof Element && wanted instanceof Element) || !isSameTag(present, wanted)) return false
  patchChildren(present, null, wanted)
  return true
}

function patchText(text: Text, data: string): void {
  if (data === text.data) return
  if (data.startsWith(text.data)) text.appendData(data.slice(text.length))
  else text.data = data
}

function isSameTag(one: Element, other: Element): boolean {
  return one.cloneNode().isEqualNode(other.cloneNode())
}
