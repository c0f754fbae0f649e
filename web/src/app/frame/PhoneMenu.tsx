import { Burger, Drawer, Tooltip } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useT } from '@/i18n'
import { Places } from './Places'
import classes from './Sidebar.module.css'
import top from './Topbar.module.css'
import { UserMenu } from './UserMenu'

/** The sidebar on a phone: a drawer that closes when it has led somewhere. */
export function PhoneMenu() {
  const t = useT()
  const [open, { toggle, close }] = useDisclosure()
  const path = useRouterState({ select: (s) => s.location.pathname })
  useEffect(close, [path, close])
  return (
    <>
      <Tooltip label={t('nav.menu')}>
        <Burger
          opened={open}
          onClick={toggle}
          size="sm"
          className={top.phone}
          aria-label={t('nav.menu')}
          aria-expanded={open}
        />
      </Tooltip>
      <Drawer opened={open} onClose={close} size={280} title="Gennaker">
        <nav className={classes.drawer} aria-label={t('nav.main')}>
          <Places />
          <UserMenu />
        </nav>
      </Drawer>
    </>
  )
}
