import { useI18n } from '@/i18n'

/** The days of the week, as the server names them. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** What people call the days of the week. */
export function useDays(): Record<(typeof weekdays)[number], string> {
  const { language } = useI18n()
  const format = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' })
  // 2024 began on a Monday.
  const names = weekdays.map((d, i) => [d, format.format(Date.UTC(2024, 0, 1 + i))])
  return Object.fromEntries(names) as Record<(typeof weekdays)[number], string>
}
