// inspector-watch: what a program reads by fetch, told as records; what it reads stays as it is.
export { Telling, type Tell } from './tell.ts'
export { watchFetch } from './fetch.ts'
