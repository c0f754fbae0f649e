import type { Summary } from '@/api/queries'
import { useI18n, type Key } from '@/i18n'
import { moment } from '@/lib/format'
import { shownStatus } from '@/lib/status'

type Run = Pick<Summary, 'startTime' | 'buildTime' | 'status' | 'stages'>

/** What a run is called where one of several is chosen: when it started, and how it ended or what it waits for. */
export function useRunLabel(): (run: Run) => string {
  const { t, language } = useI18n()
  return (run) =>
    `${moment(run.startTime ?? run.buildTime ?? 0, language)} · ${t(`status.${shownStatus(run)}` as Key)}`
}
