import { useT } from '@/i18n'
import { ValueField } from '../fields'
import type { Json } from '../model'

type Props = { value: Json; change: (next: Json) => void }

/** The fields of a trigger whose type has no form, as they are. */
export function OtherFields({ value, change }: Props) {
  const t = useT()
  const { type, enabled, runAsUser, expectedArtifactIds, ...rest } = value
  const own = Object.fromEntries(
    Object.entries({ type, enabled, runAsUser, expectedArtifactIds }).filter(([, v]) => v !== undefined),
  )
  return (
    <ValueField
      label={t('editor.triggerFields')}
      value={rest}
      onChange={(v) => {
        change({ ...own, ...(v as Json | undefined) })
      }}
    />
  )
}
