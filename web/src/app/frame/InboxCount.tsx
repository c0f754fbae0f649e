import { useOpenItems } from '@/features/inbox/useOpenItems'
import { useT } from '@/i18n'
import classes from './Sidebar.module.css'

/** How many items of the inbox are open, beside its entry. */
export function InboxCount() {
  const t = useT()
  const open = useOpenItems()
  if (!open) return null
  return (
    <span className={classes.count} title={t('nav.waiting', { n: open })}>
      <span aria-hidden>{open > 99 ? '99+' : open}</span>
      <span className={classes.unseen}>{t('nav.waiting', { n: open })}</span>
    </span>
  )
}
