// Whether the code runs in a browser.

/** Whether `fetch` is that of a browser: in a page or in a worker of it. Deno has a `location` as well. */
export const isPage: boolean = Reflect.has(globalThis, 'location') && !Reflect.has(globalThis, 'Deno')
