import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import { IconButton } from '@/components/IconButton'
import { useT } from '@/i18n'
import { type Props, OpenedMenu } from './OpenedMenu'

/** What can be done with an execution. Lists have hundreds: the menu is made when it is asked for. */
export function ExecutionMenu(props: Props) {
  const t = useT()
  const [asked, setAsked] = useState(false)
  if (asked) return <OpenedMenu {...props} />
  return (
    <IconButton
      label={t('execution.actions')}
      aria-haspopup="menu"
      size="md"
      onClick={() => {
        setAsked(true)
      }}
    >
      <IconDots size={17} />
    </IconButton>
  )
}
