// Where this program and its API are. The server puts a <base> into the page, so
// that both hold under any path that a proxy puts before them.

const ui = new URL('.', document.baseURI)

/** The path that all pages are under, without a slash at its end. */
export const basePath = import.meta.env.DEV ? '/ui' : ui.pathname.replace(/\/$/, '')

/** The URL of the API, without a slash at its end. */
export const apiBase = new URL(basePath.replace(/[^/]*$/, ''), location.origin).href.replace(/\/$/, '')
