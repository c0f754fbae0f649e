import { Kbd, UnstyledButton } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { useT } from '@/i18n'
import { Crumbs } from './Crumbs'
import { PhoneMenu } from './PhoneMenu'
import classes from './Topbar.module.css'

/** Where one is, and the search. */
export function Topbar() {
  const t = useT()
  return (
    <header className={`${classes.bar} no-print`}>
      <PhoneMenu />
      <Crumbs />
      <UnstyledButton className={classes.search} title={t('search.title')} onClick={spotlight.open}>
        <IconSearch size={15} aria-hidden />
        <span className={classes.words}>{t('search.title')}</span>
        <Kbd size="xs" className={classes.desk} aria-hidden>
          {/Mac/.test(navigator.userAgent) ? '⌘' : 'Ctrl'} K
        </Kbd>
      </UnstyledButton>
    </header>
  )
}
