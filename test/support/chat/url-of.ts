/** The url of what `fetch` is called with. */
export function urlOf(target: string | URL | Request): string {
  return target instanceof Request ? target.url : String(target)
}
