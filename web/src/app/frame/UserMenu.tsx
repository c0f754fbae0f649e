import { Menu, Tooltip, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import {
  IconApi,
  IconDeviceDesktop,
  IconInfoCircle,
  IconMoon,
  IconSun,
  IconUserCircle,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useI18n } from '@/i18n'
import { apiBase } from '@/lib/base'
import classes from './Sidebar.module.css'

const languages = [
  ['en', 'English'],
  ['zh', '中文'],
] as const
const schemes = [
  ['light', 'theme.light', IconSun],
  ['dark', 'theme.dark', IconMoon],
  ['auto', 'theme.auto', IconDeviceDesktop],
] as const

/** What a person sets for themselves, and what there is to know of the server. */
export function UserMenu({ narrow = false }: { narrow?: boolean }) {
  const { language, setLanguage, t } = useI18n()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const label = t('nav.user')
  return (
    <Menu position="top-start" width={220} offset={6}>
      <Tooltip label={label} position="right" disabled={!narrow}>
        <Menu.Target>
          <UnstyledButton className={classes.place} aria-label={narrow ? label : undefined}>
            <IconUserCircle size={18} stroke={1.75} aria-hidden className={classes.icon} />
            {!narrow && <span className="cut">{label}</span>}
          </UnstyledButton>
        </Menu.Target>
      </Tooltip>
      <Menu.Dropdown>
        <Menu.Label>{t('nav.language')}</Menu.Label>
        <Menu.RadioGroup
          value={language}
          onChange={(v) => {
            setLanguage(v === 'zh' ? 'zh' : 'en')
          }}
        >
          {languages.map(([code, name]) => (
            <Menu.RadioItem key={code} value={code} lang={code} closeMenuOnClick>
              {name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Label>{t('theme.title')}</Menu.Label>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(v) => {
            setColorScheme(v === 'light' || v === 'dark' ? v : 'auto')
          }}
        >
          {schemes.map(([scheme, key, Icon]) => (
            <Menu.RadioItem
              key={scheme}
              value={scheme}
              closeMenuOnClick
              rightSection={<Icon size={15} aria-hidden />}
            >
              {t(key)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item
          component="a"
          href={`${apiBase}/swagger-ui/index.html`}
          leftSection={<IconApi size={15} aria-hidden />}
        >
          {t('nav.api')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconInfoCircle size={15} aria-hidden />}
          renderRoot={(props) => <Link to="/about" {...props} />}
        >
          {t('nav.about')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
