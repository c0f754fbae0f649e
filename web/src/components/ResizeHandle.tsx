import { useRef } from 'react'
import { useT } from '@/i18n'
import classes from './Inspector.module.css'
import { narrowest, widest } from './inspectorWidth'

const step = 40

type Props = { width: number; change: (width: number) => void }

/** The left edge of what is docked at the right: it is dragged, or moved by the arrow keys. */
export function ResizeHandle({ width, change }: Props) {
  const t = useT()
  const from = useRef<{ x: number; width: number }>(undefined)
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={t('common.resize')}
      aria-valuenow={width}
      aria-valuemin={narrowest}
      aria-valuemax={widest()}
      tabIndex={0}
      className={classes.handle}
      onPointerDown={(e) => {
        from.current = { x: e.clientX, width }
        e.currentTarget.setPointerCapture(e.pointerId)
        e.preventDefault()
      }}
      onPointerMove={(e) => {
        if (from.current) change(from.current.width + from.current.x - e.clientX)
      }}
      onPointerUp={() => {
        from.current = undefined
      }}
      onPointerCancel={() => {
        from.current = undefined
      }}
      onKeyDown={(e) => {
        if (e.key === 'ArrowLeft') change(width + step)
        else if (e.key === 'ArrowRight') change(width - step)
        else if (e.key === 'Home') change(widest())
        else if (e.key === 'End') change(narrowest)
        else return
        e.preventDefault()
        e.stopPropagation()
      }}
    />
  )
}
