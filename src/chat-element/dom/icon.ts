// Icons, drawn by lines in the colour of the text. They say nothing to a screen reader: their buttons do.

const paths = {
  send: ['M12 19V5', 'M6 11l6-6 6 6'],
  stop: ['M7 7h10v10H7z'],
  copy: ['M9 9h10v10H9z', 'M5 15V5h10'],
  check: ['M5 12.5l4.5 4.5L19 7.5'],
  cross: ['M7 7l10 10', 'M17 7L7 17'],
  edit: ['M4 20h4L19 9l-4-4L4 16z', 'M13 7l4 4'],
  again: ['M20 11a8 8 0 1 0-2.3 6.3', 'M20 5v6h-6'],
  down: ['M12 5v14', 'M6 13l6 6 6-6'],
  chevron: ['M9 6l6 6-6 6'],
  tool: ['M14.5 6.5a4 4 0 0 0-5 5L4 17v3h3l5.5-5.5a4 4 0 0 0 5-5l-2.5 2.5-2.5-.5-.5-2.5z'],
  thought: ['M9 18h6', 'M10 21h4', 'M8 14a5.5 5.5 0 1 1 8 0c-.7.8-1 1.5-1 2H9c0-.5-.3-1.2-1-2z'],
  attach: [
    'M19 11.5l-7.4 7.4a4.6 4.6 0 0 1-6.5-6.5l7.8-7.8a3.1 3.1 0 0 1 4.4 4.4l-7.8 7.8a1.5 1.5 0 0 1-2.2-2.2l7.1-7.1',
  ],
  file: ['M7 3h7l4 4v14H7z', 'M14 3v4h4'],
} as const

/** The name of an icon. */
export type IconName = keyof typeof paths

const namespace = 'http://www.w3.org/2000/svg'

/** Makes an icon. */
export function makeIcon(name: IconName): SVGSVGElement {
  const icon = document.createElementNS(namespace, 'svg')
  icon.setAttribute('class', `icon icon-${name}`)
  icon.setAttribute('viewBox', '0 0 24 24')
  icon.setAttribute('aria-hidden', 'true')
  for (const path of paths[name]) {
    const line = document.createElementNS(namespace, 'path')
    line.setAttribute('d', path)
    icon.append(line)
  }
  return icon
}
