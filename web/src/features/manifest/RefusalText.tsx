import { Collapse, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconAlertTriangle, IconChevronRight } from '@tabler/icons-react'
import { useInfraT } from '@/i18n/infra'
import classes from './Manifest.module.css'
import { refusalOf } from './refusal'

/** What the cluster says against it, in plain words, and in its own. */
export function RefusalText({ message }: { message: string }) {
  const t = useInfraT()
  const [open, { toggle }] = useDisclosure()
  const r = refusalOf(message)
  return (
    <div className={classes.refusal} role="alert">
      <IconAlertTriangle size={18} aria-hidden className={classes.refusalIcon} />
      <div style={{ minWidth: 0 }}>
        <Text size="sm">
          {t(`manifest.refusal.${r.key}`, { field: r.field ? t('manifest.field', { name: r.field }) : '' })}
        </Text>
        {r.key === 'other' || r.key === 'webhook' ? (
          <Text size="sm" mt={4} className={classes.words}>
            {message}
          </Text>
        ) : (
          <>
            <UnstyledButton className={classes.more} aria-expanded={open} onClick={toggle}>
              <IconChevronRight
                size={13}
                aria-hidden
                style={{ transform: open ? 'rotate(90deg)' : undefined }}
              />{' '}
              {t('manifest.words')}
            </UnstyledButton>
            <Collapse expanded={open}>
              <Text size="sm" mt={4} className={classes.words}>
                {message}
              </Text>
            </Collapse>
          </>
        )}
      </div>
    </div>
  )
}
