import { Text, Title } from '@mantine/core'
import { useMemo } from 'react'
import { JsonView } from '@/components/JsonView'
import { bytes } from '@/lib/format'
import classes from './Event.module.css'
import type { TriggerEvent } from './queries'
import { useEventTexts } from './texts'

/** What an event brought, with secrets hidden. */
export function EventData({ event: e }: { event: TriggerEvent }) {
  const t = useEventTexts()
  // What triggers are compared with is often what came.
  const same = useMemo(() => JSON.stringify(e.content) === JSON.stringify(e.payload), [e])
  const parts = [
    { key: 'data', value: e.content },
    { key: 'payload', value: same ? undefined : e.payload },
    { key: 'attributes', value: e.attributes },
    { key: 'artifacts', value: e.artifacts },
  ] as const
  if (e.tooLarge) return <Text>{t('one.tooLarge', { size: bytes(e.tooLarge) })}</Text>
  return (
    <div className={classes.data}>
      {parts.map(
        ({ key, value }) =>
          value && (
            <section key={key} aria-labelledby={`event-${key}`}>
              <Title order={2} id={`event-${key}`} mb={8}>
                {t(`one.${key}`)}
              </Title>
              <JsonView value={value} name={`event-${e.id}-${key}.json`} most={100_000} />
            </section>
          ),
      )}
      <Text size="sm" c="dimmed">
        {t('one.hidden')}
      </Text>
    </div>
  )
}
