import { ActionIcon, CopyButton, Group, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useT } from '@/i18n'
import { save } from '@/lib/download'
import { pretty } from '@/lib/pretty'
import classes from './JsonView.module.css'

const shown = 200_000

/** A value as indented JSON, to be read, copied and kept. Of a very large one the beginning is shown, and all is copied. */
export function JsonView({ value, name, most }: { value: unknown; name: string; most?: number }) {
  const text = useMemo(() => pretty(value), [value])
  return <TextView text={text} name={name} most={most} />
}

export function TextView({ text, name, most = shown }: { text: string; name: string; most?: number }) {
  const t = useT()
  return (
    <div className={classes.view}>
      <Group gap={2} className={`${classes.actions} no-print`}>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Tooltip label={t(copied ? 'common.copied' : 'common.copy')}>
              <ActionIcon size="md" aria-label={t('common.copy')} onClick={copy}>
                {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
        <Tooltip label={t('common.download')}>
          <ActionIcon
            size="md"
            aria-label={t('common.download')}
            onClick={() => {
              save(text, name)
            }}
          >
            <IconDownload size={15} />
          </ActionIcon>
        </Tooltip>
      </Group>
      <pre className={classes.text} tabIndex={0}>
        {text.length > most ? `${text.slice(0, most)}\n…` : text}
      </pre>
    </div>
  )
}
