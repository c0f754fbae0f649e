import { useState } from 'react'

const key = 'gennaker.inspector'
const usual = 520
/** How narrow the inspector may be, in pixels. */
export const narrowest = 360

/** How wide the inspector may be: the list beside it stays in use. */
export function widest(): number {
  return Math.max(narrowest, Math.min(1100, Math.round(window.innerWidth * 0.6)))
}

function within(width: number): number {
  return Math.round(Math.min(Math.max(width, narrowest), widest()))
}

function kept(): number {
  try {
    const width = Number(localStorage.getItem(key))
    return within(width > 0 ? width : usual)
  } catch {
    return within(usual)
  }
}

/** useInspectorWidth is the inspector's width in pixels, kept in this browser. */
export function useInspectorWidth(): [number, (width: number) => void] {
  const [width, setWidth] = useState(kept)
  return [
    width,
    (wanted) => {
      const next = within(wanted)
      setWidth(next)
      try {
        localStorage.setItem(key, String(next))
      } catch {
        // A browser that keeps nothing has the usual width the next time.
      }
    },
  ]
}
