import { Drawer } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconX } from '@tabler/icons-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { IconButton } from '@/components/IconButton'
import { useT } from '@/i18n'
import classes from './Inspector.module.css'
import { useInspectorWidth } from './inspectorWidth'
import { ResizeHandle } from './ResizeHandle'

type Props = {
  /** The name of what is inspected; another name is another thing. */
  name: string
  title: ReactNode
  close: () => void
  children: ReactNode
}

/** Something in detail beside the list that it is in, which stays in use; on a phone it covers the list. */
export function Inspector(props: Props) {
  // Which of the two it is stands from the first drawing on.
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false })
  if (!phone) return <Docked {...props} />
  return (
    <Drawer opened onClose={props.close} position="right" size="100%" title={props.title}>
      {props.children}
    </Drawer>
  )
}

function Docked({ name, title, close, children }: Props) {
  const t = useT()
  const panel = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useInspectorWidth()
  useEffect(() => {
    const root = document.documentElement
    root.style.setProperty('--inspector', `${width}px`)
    return () => {
      root.style.removeProperty('--inspector')
    }
  }, [width])
  const latest = useRef(close)
  useEffect(() => {
    latest.current = close
  })
  useEffect(() => {
    // Before what lies above, such as a menu, has closed itself: one Escape closes one layer.
    const press = (e: KeyboardEvent) => {
      if (e.key === 'Escape' && !e.defaultPrevented && !layersAbove(panel.current)) latest.current()
    }
    window.addEventListener('keydown', press, true)
    return () => {
      window.removeEventListener('keydown', press, true)
    }
  }, [])
  return (
    <div
      role="dialog"
      aria-label={name}
      ref={panel}
      className={`${classes.panel} no-print`}
      style={{ width }}
    >
      <ResizeHandle width={width} change={setWidth} />
      <div className={classes.head}>
        <div className={classes.title}>{title}</div>
        <IconButton label={t('common.close')} onClick={close}>
          <IconX size={17} />
        </IconButton>
      </div>
      <div className={classes.body}>{children}</div>
    </div>
  )
}

/** Whether another dialog or a menu is open. */
function layersAbove(panel: HTMLElement | null): boolean {
  return [...document.querySelectorAll('[role="dialog"], [role="menu"], [role="listbox"]')].some(
    (layer) => layer !== panel && layer.getClientRects().length > 0,
  )
}
