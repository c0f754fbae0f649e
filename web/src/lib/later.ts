import { createElement, use, type FunctionComponent } from 'react'

type Later<P> = FunctionComponent<P> & { preload: () => Promise<void> }

/**
 * later is a component whose program loads when it is shown, or before, with preload. In
 * contrast to React's lazy, it doesn't suspend once its program is loaded: React shows
 * what follows a fallback 300 ms after the fallback at the earliest, and pages within
 * pages add these pauses up.
 */
export function later<P extends object>(load: () => Promise<FunctionComponent<P>>): Later<P> {
  let loaded: FunctionComponent<P> | undefined
  let loading: Promise<void> | undefined
  let failed = false
  const start = () => {
    failed = false
    loading = load().then(
      (component) => {
        loaded = component
      },
      (error: unknown) => {
        failed = true
        throw error
      },
    )
    return loading
  }
  const Shown = (props: P) => {
    // A failure stays one until somebody loads anew: rendering again must not ask for ever.
    if (!loaded) use(loading ?? start())
    return loaded && createElement(loaded, props)
  }
  return Object.assign(Shown, { preload: () => (loading && !failed ? loading : start()) })
}
