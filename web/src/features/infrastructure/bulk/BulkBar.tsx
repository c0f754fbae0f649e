import { Button, Group, Menu, Text } from '@mantine/core'
import { IconChevronUp, IconX } from '@tabler/icons-react'
import { useEffect } from 'react'
import { IconButton } from '@/components/IconButton'
import { Toolbar } from '@/components/Toolbar'
import { useInfraT } from '@/i18n/infra'
import { dangerous } from '../actions/actions'
import { useActionName } from '../actions/names'
import classes from './Bulk.module.css'
import type { BulkAction } from './bulk'

type Props = {
  count: number
  offered: readonly { action: BulkAction; can: number }[]
  ask: (action: BulkAction) => void
  all: () => void
  clear: () => void
}

/** What can be done with all that is chosen. */
export function BulkBar({ count, offered, ask, all, clear }: Props) {
  const t = useInfraT()
  const name = useActionName()
  useEffect(() => {
    const leave = (e: KeyboardEvent) => {
      if (e.key === 'Escape' && document.querySelector('[role=dialog],[role=menu]') === null) clear()
    }
    document.addEventListener('keydown', leave)
    return () => {
      document.removeEventListener('keydown', leave)
    }
  })
  return (
    <Toolbar className={classes.bar} role="region" aria-label={t('bulk.chosen', { n: count })}>
      <Text size="sm" fw={550} className="num" aria-live="polite">
        {t('bulk.chosen', { n: count })}
      </Text>
      <Group gap={6} wrap="nowrap">
        <Button size="xs" variant="subtle" onClick={all}>
          {t('bulk.all')}
        </Button>
        <Menu position="top-end">
          <Menu.Target>
            <Button size="xs" rightSection={<IconChevronUp size={14} />}>
              {t('bulk.actions')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {offered.map(({ action, can }) => (
              <Menu.Item
                key={action}
                disabled={can === 0}
                color={dangerous(action) && action !== 'disable' ? 'red' : undefined}
                rightSection={<span className="muted num">{can}</span>}
                onClick={() => {
                  ask(action)
                }}
              >
                {name(action)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        <IconButton size="sm" label={t('bulk.clear')} onClick={clear}>
          <IconX size={16} />
        </IconButton>
      </Group>
    </Toolbar>
  )
}
