// cli: the program `tidings`: follow a stream, record and replay one, measure a server, examine one, begin a project.
export { diagnose } from './doctor/diagnose.ts'
export { runCli } from './run.ts'
