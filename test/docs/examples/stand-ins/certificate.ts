// What a server needs for TLS.
export { cert, key } from '../../../support/server/certificate.ts'
