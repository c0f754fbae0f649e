import { useQueryClient } from '@tanstack/react-query'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { useConnectionLost } from '@/api/connection'
import { refresh } from '@/api/queries'
import { useT } from '@/i18n'
import classes from './ConnectionBanner.module.css'

/** Says that the server is away, and brings everything up to date when it is back. */
export function ConnectionBanner() {
  const t = useT()
  const lost = useConnectionLost()
  const queries = useQueryClient()
  const before = useRef(lost)
  useEffect(() => {
    if (before.current && !lost) refresh(queries)
    before.current = lost
  }, [lost, queries])
  if (!lost) return null
  return (
    <div role="alert" className={classes.banner}>
      <IconPlugConnectedX size={17} aria-hidden />
      <span>
        <b>{t('connection.lost')}</b> {t('connection.comesBack')}
      </span>
    </div>
  )
}
