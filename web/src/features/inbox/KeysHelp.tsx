import { Kbd } from '@mantine/core'
import classes from './Inbox.module.css'
import { useInboxTexts } from './texts'

const keys = [
  [['j', 'k'], 'keyMove'],
  [['Enter'], 'keyOpen'],
  [['e', 'd'], 'keyDone'],
  [['s'], 'keySnooze'],
  [['u'], 'keyUndo'],
] as const

/** The keys of the inbox. */
export function KeysHelp() {
  const i = useInboxTexts()
  return (
    <p className={`muted ${classes.keys}`} aria-label={i('keys')}>
      {keys.map(([names, what]) => (
        <span key={what}>
          {names.map((name) => (
            <Kbd key={name} size="xs">
              {name}
            </Kbd>
          ))}{' '}
          {i(what)}
        </span>
      ))}
    </p>
  )
}
