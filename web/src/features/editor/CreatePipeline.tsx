import { SegmentedControl, Stack } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '@/components/Dialog'
import { useT } from '@/i18n'
import { NamedPipeline } from './NamedPipeline'
import { TemplatePipeline } from './TemplatePipeline'

const ways = ['empty', 'copy', 'template', 'import'] as const

type Way = (typeof ways)[number]

/** Makes a pipeline, and opens it: empty, as another one is, of a template, or of a text. */
export function CreatePipeline({ app, from, close }: { app: string; from?: string; close: () => void }) {
  const t = useT()
  const [way, setWay] = useState<Way>(from ? 'copy' : 'empty')
  return (
    <Dialog close={close} size="lg" title={t('editor.create')}>
      <Stack gap="sm">
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label={t('editor.way')}
          value={way}
          onChange={(v) => {
            setWay(ways.find((w) => w === v) ?? 'empty')
          }}
          data={ways.map((w) => ({ value: w, label: t(`editor.ways.${w}`) }))}
        />
        {way === 'template' ? (
          <TemplatePipeline app={app} close={close} />
        ) : (
          <NamedPipeline key={way} app={app} from={from} way={way} close={close} />
        )}
      </Stack>
    </Dialog>
  )
}
