// Metadata of a message, merged deeply.
import type { Json } from './event.ts'

/**
 * Merges one value into another: objects field by field, everything else is replaced. Neither is changed. A field named
 * `__proto__` is a field like any other. What is nested deeper than 200 levels is replaced rather than merged.
 */
export function mergeMetadata(base: unknown, next: Json | undefined, depth = 0): Json {
  if (next === undefined) return asJson(base)
  if (!isRecord(base) || !isRecord(next) || depth > mostLevels) return next
  const merged = new Map<string, Json | undefined>(Object.entries(base))
  for (const [key, value] of Object.entries(next)) {
    if (value !== undefined) merged.set(key, mergeMetadata(merged.get(key), value, depth + 1))
  }
  return Object.fromEntries(merged)
}

const mostLevels = 200

type JsonRecord = { readonly [key: string]: Json | undefined }

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function asJson(value: unknown): Json {
  return isJson(value) ? value : null
}

function isJson(value: unknown): value is Json {
  return value !== undefined
}
