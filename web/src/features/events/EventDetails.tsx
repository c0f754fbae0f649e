import { Anchor, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Toolbar } from '@/components/Toolbar'
import { triggerName } from '@/features/executions/ExecutionRow'
import { useT } from '@/i18n'
import { DecisionCard } from './DecisionCard'
import classes from './Event.module.css'
import { EventData } from './EventData'
import { EventFacts } from './EventFacts'
import type { TriggerEvent } from './queries'
import { Replay } from './Replay'
import { useEventTexts } from './texts'
import { toneOf } from './words'

/** An event whole: what became of it, trigger by trigger, and what it brought. */
export function EventDetails({ event: e }: { event: TriggerEvent }) {
  const t = useEventTexts()
  const words = useT()
  const decisions = e.decisions ?? []
  const near = e.near ?? []
  const says =
    e.started > 0
      ? t('one.saysStarted', { n: e.started })
      : e.triggers > 0
        ? t('one.saysNothing', { n: e.triggers })
        : t('one.saysNoTrigger')
  return (
    <>
      <Anchor size="sm" c="dimmed" renderRoot={(props) => <Link {...props} to="/events" />}>
        {t('one.back')}
      </Anchor>
      <Toolbar justify="space-between" gap="sm" mt={4} mb="sm">
        <Title order={1} style={{ overflowWrap: 'anywhere' }}>
          {e.summary}
        </Title>
        {!e.tooLarge && <Replay id={e.id} />}
      </Toolbar>
      <p className={classes.says} style={{ color: `var(--${toneOf(e)})` }}>
        {says}
      </p>
      <EventFacts event={e} />
      {decisions.length > 0 && (
        <section aria-labelledby="decisions">
          <Title order={2} id="decisions" mb={8}>
            {t('one.decisions')}
          </Title>
          <ul className={`card ${classes.decisions}`}>
            {decisions.map((d, i) => (
              <DecisionCard key={i} decision={d} />
            ))}
          </ul>
        </section>
      )}
      {near.length > 0 && (
        <section aria-labelledby="near">
          <Title order={2} id="near" mb={4}>
            {t('one.near')}
          </Title>
          <Text size="sm" c="dimmed" mb={8}>
            {t('one.nearText')}
          </Text>
          <ul className={`card ${classes.decisions}`}>
            {near.map((d, i) => (
              <DecisionCard key={i} decision={d} />
            ))}
          </ul>
        </section>
      )}
      {decisions.length === 0 && near.length === 0 && (
        <Text mb="lg">{t('one.add', { type: triggerName(words, e.type) })}</Text>
      )}
      <EventData event={e} />
    </>
  )
}
