// cli: the commands of the program `tidings`.
export { diagnose } from './doctor/diagnose.ts'
