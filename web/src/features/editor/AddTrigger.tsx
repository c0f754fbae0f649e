import { Button, Menu } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useT } from '@/i18n'
import type { Json } from './model'
import { newTrigger, triggerTypes } from './triggerTypes'

/** Asks for the type of a new trigger, and adds it. */
export function AddTrigger({ onAdd }: { onAdd: (trigger: Json) => void }) {
  const t = useT()
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button
          size="compact-xs"
          variant="light"
          leftSection={<IconPlus size={13} />}
          style={{ alignSelf: 'start' }}
        >
          {t('editor.addTrigger')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {triggerTypes.map((type) => (
          <Menu.Item
            key={type}
            onClick={() => {
              onAdd(newTrigger(type))
            }}
          >
            {t(`trigger.${type}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
