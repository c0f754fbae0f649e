import { Menu } from '@mantine/core'
import { IconClock } from '@tabler/icons-react'
import { IconButton } from '@/components/IconButton'
import { naps, type Nap } from './snooze'
import { useInboxTexts } from './texts'

type Props = { opened: boolean; change: (opened: boolean) => void; snooze: (nap: Nap) => void }

/** Puts an item to sleep. */
export function SnoozeMenu({ opened, change, snooze }: Props) {
  const i = useInboxTexts()
  return (
    <Menu opened={opened} onChange={change} returnFocus={false}>
      <Menu.Target>
        <IconButton label={i('snooze')}>
          <IconClock size={17} />
        </IconButton>
      </Menu.Target>
      <Menu.Dropdown>
        {naps.map((nap) => (
          <Menu.Item
            key={nap}
            onClick={() => {
              snooze(nap)
            }}
          >
            {i(nap)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
