import { IconAlertTriangle } from '@tabler/icons-react'
import { useActing, type ActingKind } from '@/api/acting'
import { useActingTexts } from './texts'
import classes from './NotActing.module.css'

/** Warns that the server doesn't act on something yet; nothing if it does. */
export function NotActing({ kind, name }: { kind: ActingKind; name: string }) {
  const t = useActingTexts()
  const acts = useActing()
  if (name === '' || acts(kind, name)) return null
  return (
    <div className={classes.warning}>
      <IconAlertTriangle size={15} aria-hidden />
      <span>{t(kind)}</span>
    </div>
  )
}
