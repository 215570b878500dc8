// ndjson: JSON lines, from values to bytes and back.
export { encodeLine } from './encode.ts'
