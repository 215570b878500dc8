#!/usr/bin/env node
// The program `tidings`, as package.json names it.
import { runCli } from './index.ts'

process.exitCode = await runCli(process.argv.slice(2), process)
