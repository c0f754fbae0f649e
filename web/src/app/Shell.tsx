import {
  ActionIcon,
  Burger,
  Drawer,
  Kbd,
  Menu,
  Tooltip,
  UnstyledButton,
  useMantineColorScheme,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { spotlight } from '@mantine/spotlight'
import {
  IconCheck,
  IconDeviceDesktop,
  IconInfoCircle,
  IconLanguage,
  IconMoon,
  IconSearch,
  IconSun,
} from '@tabler/icons-react'
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useT, useI18n } from '@/i18n'
import { Palette } from '@/features/search/Palette'
import { ConnectionBanner } from './ConnectionBanner'
import { Logo } from './Logo'
import classes from './Shell.module.css'

const places = [
  { to: '/', key: 'nav.applications' },
  { to: '/runs', key: 'nav.runs' },
  { to: '/projects', key: 'nav.projects' },
  { to: '/accounts', key: 'nav.accounts' },
] as const

/** What is around every page. */
export function Shell() {
  const t = useT()
  const [open, { toggle, close }] = useDisclosure()
  const path = useRouterState({ select: (s) => s.location.pathname })
  useEffect(close, [path, close])
  return (
    <>
      <a
        href="#main"
        className="skip-link"
        onClick={(e) => {
          e.preventDefault()
          document.getElementById('main')?.focus()
        }}
      >
        {t('nav.skip')}
      </a>
      <header className={classes.header}>
        <Burger
          opened={open}
          onClick={toggle}
          size="sm"
          className={classes.phone}
          aria-label={t('nav.menu')}
        />
        <Link to="/" className={classes.brand} aria-label="Gennaker">
          <Logo />
          <span className={classes.name}>Gennaker</span>
        </Link>
        <nav className={classes.desk} aria-label={t('nav.main')}>
          <Places />
        </nav>
        <UnstyledButton className={classes.search} onClick={spotlight.open} aria-label={t('search.title')}>
          <IconSearch size={15} aria-hidden />
          <span className={classes.searchText}>{t('search.title')}</span>
          <Kbd size="xs" className={classes.desk}>
            {/Mac/.test(navigator.userAgent) ? '⌘' : 'Ctrl'} K
          </Kbd>
        </UnstyledButton>
        <LanguageMenu />
        <SchemeMenu />
        <Tooltip label={t('nav.about')}>
          <Link to="/about" className={`${classes.desk} ${classes.place}`} aria-label={t('nav.about')}>
            <IconInfoCircle size={18} aria-hidden />
          </Link>
        </Tooltip>
      </header>
      <Drawer
        opened={open}
        onClose={close}
        size={260}
        title={
          <span className={classes.brand}>
            <Logo />
            <span>Gennaker</span>
          </span>
        }
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <nav className={classes.drawer} aria-label={t('nav.main')}>
          <Places />
          <Link to="/about" className={classes.place}>
            {t('nav.about')}
          </Link>
        </nav>
      </Drawer>
      <ConnectionBanner />
      <main id="main" tabIndex={-1} className={classes.main}>
        <Outlet />
      </main>
      <Palette />
    </>
  )
}

function Places() {
  const t = useT()
  const path = useRouterState({ select: (s) => s.location.pathname })
  return places.map(({ to, key }) => {
    const here = to === '/' ? path === '/' || path.startsWith('/applications') : path.startsWith(to)
    return (
      <Link
        key={to}
        to={to}
        className={classes.place}
        data-here={here || undefined}
        aria-current={here ? 'page' : undefined}
      >
        {t(key)}
      </Link>
    )
  })
}

function LanguageMenu() {
  const { language, setLanguage, t } = useI18n()
  return (
    <Menu>
      <Menu.Target>
        <Tooltip label={t('nav.language')}>
          <ActionIcon size="lg" aria-label={t('nav.language')}>
            <IconLanguage size={18} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {(
          [
            ['en', 'English'],
            ['zh', '中文'],
          ] as const
        ).map(([code, label]) => (
          <Menu.Item
            key={code}
            lang={code}
            rightSection={language === code && <IconCheck size={14} />}
            onClick={() => {
              setLanguage(code)
            }}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function SchemeMenu() {
  const t = useT()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const choices = [
    ['light', 'theme.light', IconSun],
    ['dark', 'theme.dark', IconMoon],
    ['auto', 'theme.auto', IconDeviceDesktop],
  ] as const
  const Current = choices.find(([c]) => c === colorScheme)?.[2] ?? IconSun
  return (
    <Menu>
      <Menu.Target>
        <Tooltip label={t('theme.title')}>
          <ActionIcon size="lg" aria-label={t('theme.title')}>
            <Current size={18} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {choices.map(([scheme, key, Icon]) => (
          <Menu.Item
            key={scheme}
            leftSection={<Icon size={15} />}
            rightSection={scheme === colorScheme && <IconCheck size={14} />}
            onClick={() => {
              setColorScheme(scheme)
            }}
          >
            {t(key)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
