import { useLayoutEffect, useRef, useState } from 'react'

/** How far below the top of the page an element begins, in pixels; measured anew when what is above it changes. */
export function useTop(...above: readonly unknown[]) {
  const place = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(190)
  const key = JSON.stringify(above)
  useLayoutEffect(() => {
    setTop((place.current?.getBoundingClientRect().top ?? 0) + window.scrollY)
  }, [key])
  return { place, top }
}
