import { useT, type Key } from '@/i18n'

export function useStatusName(status: string): string {
  const t = useT()
  return t(`status.${status}` as Key)
}
