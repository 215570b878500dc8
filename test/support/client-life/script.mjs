// The suite of clients as a program, for Node, Bun and Deno: `client-life-script.mjs <control>`.
import process from 'node:process'
import * as tidings from 'tidings/client'
import { serveCases } from './runner.mjs'

const faces = { tidings, native: { EventSource: globalThis.EventSource } }

function memory() {
  if (globalThis.Bun) globalThis.Bun.gc(true)
  else globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

console.log(`listening ${process.argv[2]}`)
await serveCases(process.argv[2], { faces, memory, holdsBack: true })
