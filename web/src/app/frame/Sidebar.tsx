import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { IconButton } from '@/components/IconButton'
import { useT } from '@/i18n'
import { Logo } from './Logo'
import { Places } from './Places'
import { toggleSidebar, useNarrow } from './sidebar'
import classes from './Sidebar.module.css'
import { UserMenu } from './UserMenu'

/** The sidebar beside every page, as words or as icons only. */
export function Sidebar() {
  const t = useT()
  const narrow = useNarrow()
  const label = t(narrow ? 'nav.expand' : 'nav.collapse')
  const Icon = narrow ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse
  return (
    <nav className={`${classes.side} no-print`} aria-label={t('nav.main')} data-narrow={narrow || undefined}>
      <div className={classes.head}>
        <Link to="/" className={classes.brand} aria-label="Gennaker">
          <Logo />
          {!narrow && <span>Gennaker</span>}
        </Link>
        <IconButton label={label} tipPosition="right" aria-expanded={!narrow} onClick={toggleSidebar}>
          <Icon size={18} />
        </IconButton>
      </div>
      <Places narrow={narrow} />
      <div className={classes.foot}>
        <UserMenu narrow={narrow} />
      </div>
    </nav>
  )
}
