// The script of the page, with everything that it needs: made of room `inspector-page` when the package is built
// (scripts/bundle-page.mjs). The package's import `#inspector-page` leads to it.

/** The text of an ES module. */
export declare const pageScript: string
