import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useT } from '@/i18n'
import classes from './Graph.module.css'

/** What can be done to the selected line: a stage put into it, or the line taken away. */
export function LineActions({ insert, disconnect }: { insert: () => void; disconnect: () => void }) {
  const t = useT()
  return (
    <div className={classes.line}>
      <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} onClick={insert}>
        {t('editor.insert')}
      </Button>
      <Button size="compact-sm" variant="default" color="red" onClick={disconnect}>
        {t('editor.disconnect')}
      </Button>
    </div>
  )
}
