import { Checkbox } from '@mantine/core'
import { useInfraT } from '@/i18n/infra'
import classes from './SelectBox.module.css'
import type { Selection } from './selection'

/** Chooses a line; with shift held, by mouse or space, all from the last one on. */
export function SelectBox({
  rowKey,
  name,
  selection,
}: {
  rowKey: string
  name: string
  selection: Selection
}) {
  const t = useInfraT()
  return (
    <Checkbox
      size="xs"
      className={classes.box}
      aria-label={t('bulk.choose', { name })}
      checked={selection.chosen.has(rowKey)}
      readOnly
      onClick={(e) => {
        selection.toggle(rowKey, e.shiftKey)
      }}
      onKeyDown={(e) => {
        if (e.key !== ' ' || !e.shiftKey) return
        e.preventDefault()
        selection.toggle(rowKey, true)
      }}
    />
  )
}
