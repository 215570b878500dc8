// Which files can be attached.
import type { ChatLabels } from '../labels.ts'
import type { AttachmentRules } from '../surroundings.ts'

/** How many files one message can have. */
const maxFiles = 20

/** The words that say why a file is refused. */
export type RefusalLabels = Pick<ChatLabels, 'fileTooLarge' | 'fileNotAccepted' | 'fileUnreadable' | 'tooManyFiles'>

/** What is said of a file that cannot be attached beside `count` others; nothing where it can. */
export async function refusalOf(
  file: File,
  count: number,
  { accept, maxFileBytes }: AttachmentRules,
  labels: RefusalLabels,
  locale: string | undefined,
): Promise<string | undefined> {
  if (count >= maxFiles) return labels.tooManyFiles(maxFiles)
  if (!isAccepted(file, accept)) return labels.fileNotAccepted(file.name)
  const head = `data:${file.type || 'application/octet-stream'};base64,`.length
  if (head + 4 * Math.ceil(file.size / 3) > maxFileBytes) {
    const limit = Math.max(0, Math.floor((maxFileBytes - head) / 4) * 3)
    return labels.fileTooLarge(file.name, toSize(file.size, locale), toSize(limit, locale))
  }
  return (await isReadable(file)) ? undefined : labels.fileUnreadable(file.name)
}

/** A number of bytes in words, such as `1.4 MB`. Rounded down, so that no file is said to be as large as its limit that is larger. */
export function toSize(bytes: number, locale: string | undefined): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
  const index = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const unit = units[index] ?? 'byte'
  const amount = Math.floor((bytes / 1000 ** index) * 10) / 10
  const unitDisplay = unit === 'byte' ? 'long' : 'short'
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay, maximumFractionDigits: 1 }).format(amount)
}

/** As a browser reads `accept`: media types, `image/*` and their like, and the ends of names. */
function isAccepted({ name, type }: File, accept: string): boolean {
  const kinds = accept
    .toLowerCase()
    .split(',')
    .flatMap((kind) => kind.trim() || [])
  if (kinds.length === 0) return true
  return kinds.some((kind) => {
    if (kind.startsWith('.')) return name.toLowerCase().endsWith(kind)
    return kind.endsWith('/*') ? type.startsWith(kind.slice(0, -1)) : type === kind
  })
}

/** Whether a file can be read: a folder that was dropped cannot, nor one that is gone by now. */
async function isReadable(file: File): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer()
    return true
  } catch {
    // What it throws differs by browser, and says no more than that.
    return false
  }
}
