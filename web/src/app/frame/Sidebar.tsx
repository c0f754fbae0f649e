import { ActionIcon, Tooltip } from '@mantine/core'
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
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
        <Tooltip label={label} position="right">
          <ActionIcon aria-label={label} aria-expanded={!narrow} onClick={toggleSidebar}>
            <Icon size={18} />
          </ActionIcon>
        </Tooltip>
      </div>
      <Places narrow={narrow} />
      <div className={classes.foot}>
        <UserMenu narrow={narrow} />
      </div>
    </nav>
  )
}
