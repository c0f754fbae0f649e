import { ActionIcon, Menu, Tooltip } from '@mantine/core'
import { IconClock } from '@tabler/icons-react'
import { naps, type Nap } from './snooze'
import { useInboxTexts } from './texts'

type Props = { opened: boolean; change: (opened: boolean) => void; snooze: (nap: Nap) => void }

/** Puts an item to sleep. */
export function SnoozeMenu({ opened, change, snooze }: Props) {
  const i = useInboxTexts()
  return (
    <Menu opened={opened} onChange={change} returnFocus={false}>
      <Tooltip label={i('snooze')}>
        <Menu.Target>
          <ActionIcon aria-label={i('snooze')}>
            <IconClock size={17} />
          </ActionIcon>
        </Menu.Target>
      </Tooltip>
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
