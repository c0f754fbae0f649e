import { useT, type Key } from '@/i18n'
import { type Tone } from '@/lib/status'

export function useStatusName(status: string, tone?: Tone): string {
  const t = useT()
  if (status === 'RUNNING' && tone === 'wait') return t('status.JUDGMENT')
  return t(`status.${status}` as Key)
}
