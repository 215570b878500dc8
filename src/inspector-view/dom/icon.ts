// Icons, drawn by lines in the colour of the text. They say nothing to a screen reader: their buttons do.

const paths = {
  pause: ['M9 6v12', 'M15 6v12'],
  play: ['M8 5.5v13l10.5-6.5z'],
  clear: ['M5 7h14', 'M10 7V4.5h4V7', 'M7 7l1 12.5h8L17 7'],
  download: ['M12 4v11', 'M7 10.5l5 5 5-5', 'M5 19.5h14'],
  copy: ['M9 9h10v10H9z', 'M5 15V5h10'],
  check: ['M5 12.5l4.5 4.5L19 7.5'],
  back: ['M14.5 6l-6 6 6 6'],
  close: ['M6.5 6.5l11 11', 'M17.5 6.5l-11 11'],
  down: ['M12 5v14', 'M6 13l6 6 6-6'],
  replay: ['M20 11a8 8 0 1 0-2.3 6.3', 'M20 5v6h-6'],
} as const

/** The name of an icon. */
export type IconName = keyof typeof paths

const namespace = 'http://www.w3.org/2000/svg'

/** Makes an icon. */
export function makeIcon(name: IconName): SVGSVGElement {
  const icon = document.createElementNS(namespace, 'svg')
  icon.setAttribute('class', 'icon')
  icon.setAttribute('viewBox', '0 0 24 24')
  icon.setAttribute('aria-hidden', 'true')
  for (const path of paths[name]) {
    const line = document.createElementNS(namespace, 'path')
    line.setAttribute('d', path)
    icon.append(line)
  }
  return icon
}
