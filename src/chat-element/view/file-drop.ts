// Files that are dropped onto a chat, or pasted into its field.

/** Takes files that are dropped anywhere on `target`, which has the attribute `data-dropping` while some are held over it. */
export function takeDrops(target: HTMLElement, onFiles: (files: readonly File[]) => void): void {
  const note = (isOver: boolean): void => void target.toggleAttribute('data-dropping', isOver)
  target.addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files') !== true) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
    note(true)
  })
  target.addEventListener('dragleave', ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && target.contains(relatedTarget))) note(false)
  })
  target.addEventListener('drop', (event) => {
    note(false)
    const files = [...(event.dataTransfer?.files ?? [])]
    if (files.length === 0) return
    event.preventDefault()
    onFiles(files)
  })
}

/** Takes files that are pasted into `field`. Where a text comes with them, as from a table of numbers, it is the text that is pasted. */
export function takePastes(field: HTMLElement, onFiles: (files: readonly File[]) => void): void {
  field.addEventListener('paste', (event) => {
    const { files = [], types = [] } = event.clipboardData ?? {}
    if (files.length === 0 || types.includes('text/plain')) return
    event.preventDefault()
    onFiles([...files])
  })
}
