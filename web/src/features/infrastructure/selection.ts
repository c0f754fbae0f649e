import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo, useRef, useState } from 'react'

const from = '/applications/$app/infrastructure'
// What a URL can bear; a larger choice is kept by the page alone.
const longest = 1500

/** What is between two of a list, both with it, whichever comes first. */
export function between(keys: readonly string[], a: string, b: string): string[] {
  const [i, j] = [keys.indexOf(a), keys.indexOf(b)]
  return i < 0 || j < 0 ? [b] : keys.slice(Math.min(i, j), Math.max(i, j) + 1)
}

export type Selection = {
  chosen: ReadonlySet<string>
  /** Chooses one, or gives it up; with shift, all from the last one on. */
  toggle: (key: string, shift: boolean) => void
  /** Chooses several, or gives them up. */
  choose: (keys: readonly string[], on: boolean) => void
}

/** useSelection is what is chosen of a list, in the URL where that is short enough. */
export function useSelection(keys: readonly string[]): Selection & { all: () => void; clear: () => void } {
  const { sel } = useSearch({ from })
  const navigate = useNavigate({ from })
  const [large, setLarge] = useState<readonly string[]>()
  const anchor = useRef<string>(undefined)
  const chosen = useMemo(() => new Set(large ?? sel?.split(',').filter(Boolean) ?? []), [large, sel])
  const set = useCallback(
    (next: ReadonlySet<string>) => {
      const text = [...next].join(',')
      setLarge(text.length > longest ? [...next] : undefined)
      void navigate({
        search: (before) => ({ ...before, sel: text.length > longest || text === '' ? undefined : text }),
        replace: true,
        resetScroll: false,
      })
    },
    [navigate],
  )
  const toggle = (key: string, shift: boolean) => {
    const next = new Set(chosen)
    const on = !chosen.has(key)
    for (const k of shift && anchor.current !== undefined ? between(keys, anchor.current, key) : [key]) {
      if (on) next.add(k)
      else next.delete(k)
    }
    anchor.current = key
    set(next)
  }
  const choose = (some: readonly string[], on: boolean) => {
    set(on ? new Set([...chosen, ...some]) : new Set([...chosen].filter((k) => !some.includes(k))))
  }
  const clear = () => {
    anchor.current = undefined
    set(new Set())
  }
  return {
    chosen,
    toggle,
    choose,
    all: () => {
      choose(keys, true)
    },
    clear,
  }
}
