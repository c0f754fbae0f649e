import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import { type Row } from './filter'
import classes from './ExecutionList.module.css'
import { type Shared, ListRow } from './ListRow'

/** Rows of groups and executions, of which only those that are seen exist. */
export function ExecutionList({ rows, ...shared }: { rows: readonly Row[] } & Shared) {
  const list = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    setTop((list.current?.getBoundingClientRect().top ?? 0) + window.scrollY)
  }, [rows.length])
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (i) => (rows[i]?.kind === 'execution' ? 46 : 60),
    overscan: 12,
    scrollMargin: top,
    getItemKey: (i) => rows[i]?.key ?? i,
  })
  return (
    <div ref={list} style={{ height: virtual.getTotalSize(), position: 'relative' }}>
      {virtual.getVirtualItems().map((item) => {
        const row = rows[item.index]
        if (!row) return null
        return (
          <div
            key={item.key}
            ref={virtual.measureElement}
            data-index={item.index}
            className={classes.place}
            style={{ transform: `translateY(${item.start - top}px)` }}
          >
            <ListRow row={row} first={item.index === 0} {...shared} />
          </div>
        )
      })}
    </div>
  )
}
