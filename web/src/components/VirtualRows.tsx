import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState, type ReactNode } from 'react'

type Props = {
  count: number
  keyOf: (index: number) => string
  /** How high a row is likely to be, in pixels. */
  height: (index: number) => number
  className?: string
  label?: string
  children: (index: number) => ReactNode
}

/** A list of any length in the window, of which only those rows are drawn that are seen. */
export function VirtualRows({ count, keyOf, height, className, label, children }: Props) {
  const list = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    setTop((list.current?.getBoundingClientRect().top ?? 0) + window.scrollY)
  }, [count])
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: height,
    overscan: 12,
    scrollMargin: top,
    getItemKey: keyOf,
  })
  return (
    <div
      ref={list}
      className={className}
      role="list"
      aria-label={label}
      style={{ height: virtual.getTotalSize(), position: 'relative' }}
    >
      {virtual.getVirtualItems().map((item) => (
        <div
          key={item.key}
          ref={virtual.measureElement}
          data-index={item.index}
          role="listitem"
          data-last={item.index === count - 1 || undefined}
          style={{
            position: 'absolute',
            top: 0,
            left: 0,
            right: 0,
            transform: `translateY(${item.start - top}px)`,
          }}
        >
          {children(item.index)}
        </div>
      ))}
    </div>
  )
}
