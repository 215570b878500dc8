// Who may look: everybody whom the guard lets in, from pages of this server alone; without a guard, this machine alone.
import { err, type Context, type Middleware } from '../server/index.ts'

const loopbackName = /^(localhost|[\w-]+(\.[\w-]+)*\.localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i
const loopbackAddress = /^(127\.|::1$)/

/** Middleware that refuses whoever must not look. */
export function admission(guard: Middleware | undefined): Middleware {
  return (ctx, next) => {
    refuseOtherSites(ctx)
    if (guard !== undefined) return guard(ctx, next)
    refuseOtherMachines(ctx)
    return next()
  }
}

/** A page of another site must not read what this server sends, whatever its CORS options say of its own routes. */
function refuseOtherSites({ headers }: Context): void {
  const site = headers['sec-fetch-site']
  const isOwn = site === undefined ? isOwnOrigin(headers) : site === 'same-origin' || site === 'none'
  if (!isOwn) throw err.forbidden('The inspector answers its own pages alone.')
}

/** For browsers that do not say what site a request is from. */
function isOwnOrigin({ origin, host }: Context['headers']): boolean {
  return origin === undefined || origin.replace(/^https?:\/\//, '') === host
}

/** Also by name: a page whose own name leads to this machine would be of the same origin (DNS rebinding). */
function refuseOtherMachines({ headers, remoteAddress }: Context): void {
  const isHere = remoteAddress === undefined || loopbackAddress.test(remoteAddress)
  if (isHere && loopbackName.test(headers['host'] ?? 'localhost') && !isForwarded(headers)) return
  throw err.forbidden(
    'Without a guard the inspector answers this machine alone, by the name of localhost. Give inspector() a guard.',
  )
}

/** A proxy on this machine asks in this machine's name; many of them say for whom. */
function isForwarded(headers: Context['headers']): boolean {
  const { 'x-forwarded-for': readers = '', 'x-real-ip': reader = '', 'x-forwarded-host': host = '' } = headers
  const addresses = `${readers},${reader}`.split(',').map((address) => address.trim().replace(/^::ffff:/i, ''))
  const isAway = addresses.some((address) => address !== '' && !loopbackAddress.test(address))
  return isAway || (host !== '' && !loopbackName.test(host)) || headers['forwarded'] !== undefined
}
