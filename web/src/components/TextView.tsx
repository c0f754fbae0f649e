import { CopyButton, Group } from '@mantine/core'
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react'
import { IconButton } from '@/components/IconButton'
import { useT } from '@/i18n'
import { save } from '@/lib/download'
import classes from './JsonView.module.css'

const shown = 200_000

/** A text to be read, copied, and downloaded. Of a very large one, only the beginning is shown. */
export function TextView({ text, name, most = shown }: { text: string; name: string; most?: number }) {
  const t = useT()
  return (
    <div className={classes.view}>
      <Group gap={2} className={`${classes.actions} no-print`}>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <IconButton
              size="md"
              label={t('common.copy')}
              tip={t(copied ? 'common.copied' : 'common.copy')}
              onClick={copy}
            >
              {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
            </IconButton>
          )}
        </CopyButton>
        <IconButton
          size="md"
          label={t('common.download')}
          onClick={() => {
            save(text, name)
          }}
        >
          <IconDownload size={15} />
        </IconButton>
      </Group>
      <pre className={classes.text} tabIndex={0}>
        {text.length > most ? `${text.slice(0, most)}\n…` : text}
      </pre>
    </div>
  )
}
