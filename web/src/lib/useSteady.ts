import { useState } from 'react'
import { steady } from './steady'

/**
 * useSteady keeps the members of a list in their places while the pointer or the
 * focus is among them: the second result goes to the element around them.
 */
export function useSteady<T>(now: readonly T[], key: (item: T) => string) {
  const [pointed, setPointed] = useState(false)
  const [focused, setFocused] = useState(false)
  const held = pointed || focused
  const [shown, setShown] = useState(now)
  const next = steady(shown, now, key, held)
  // Adjusted while rendering, so that no frame shows the members elsewhere.
  if (next.length !== shown.length || next.some((item, i) => item !== shown[i])) setShown(next)
  return [
    next,
    {
      onPointerEnter: () => {
        setPointed(true)
      },
      onPointerLeave: () => {
        setPointed(false)
      },
      onFocus: () => {
        setFocused(true)
      },
      onBlur: (e: React.FocusEvent) => {
        if (!e.currentTarget.contains(e.relatedTarget)) setFocused(false)
      },
    },
  ] as const
}
