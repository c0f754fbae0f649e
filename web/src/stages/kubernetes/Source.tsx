import { SegmentedControl } from '@mantine/core'
import { useT } from '@/i18n'
import { textOf } from '@/features/editor/model'
import type { FormProps } from '../kit'

export function Source(p: FormProps) {
  const t = useT()
  return (
    <SegmentedControl
      size="xs"
      aria-label={p.fields.get('source')?.label}
      value={textOf(p.stage['source']) === 'artifact' ? 'artifact' : 'text'}
      onChange={(v) => {
        p.set('source', v)
      }}
      data={[
        { value: 'text', label: t('editor.sourceText') },
        { value: 'artifact', label: t('editor.sourceArtifact') },
      ]}
      style={{ alignSelf: 'start' }}
    />
  )
}
