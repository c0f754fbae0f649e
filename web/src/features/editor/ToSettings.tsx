import { Button } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useT } from '@/i18n'
import classes from './Editor.module.css'

/** The way back from what is selected to the settings of the pipeline. */
export function ToSettings({ go }: { go: () => void }) {
  const t = useT()
  return (
    <div className={classes.back}>
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<IconArrowLeft size={14} />}
        title={`${t('editor.settings')} (Esc)`}
        onClick={go}
      >
        {t('editor.settings')}
      </Button>
    </div>
  )
}
