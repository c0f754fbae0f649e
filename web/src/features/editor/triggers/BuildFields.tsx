import { useT } from '@/i18n'
import { inner } from '@/stages/kit'
import { TextField } from '../fields'
import type { Json } from '../model'

type Props = { value: Json; change: (next: Json) => void }

/** Which build starts the pipeline. */
export function BuildFields({ value, change }: Props) {
  const t = useT()
  const field = (name: string) => inner(value, name, change)
  return (
    <>
      <TextField label={t('editor.master')} {...field('master')} />
      <TextField label={t('editor.job')} {...field('job')} />
      <TextField label={t('editor.propertyFile')} {...field('propertyFile')} />
    </>
  )
}
