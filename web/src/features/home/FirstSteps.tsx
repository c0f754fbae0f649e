import { Button, Code, Text, Title } from '@mantine/core'
import {
  IconActivityHeartbeat,
  IconCircleCheckFilled,
  IconCloud,
  IconSailboat,
  type Icon,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { accountsQuery } from '@/api/queries'
import { RowsLoading } from '@/components/States'
import { useT } from '@/i18n'
import classes from './FirstSteps.module.css'

/** What there is to do where there is no application yet. */
export function FirstSteps() {
  const t = useT()
  const { data, isPending } = useQuery(accountsQuery)
  if (isPending) return <RowsLoading rows={3} height={72} />
  const clusters = data?.length ?? 0
  return (
    <section className={`card ${classes.first}`} aria-labelledby="first">
      <Title order={2} id="first" fz="lg" mb="md">
        {t('home.first.title')}
      </Title>
      <ol className={classes.steps}>
        <Step
          icon={IconCloud}
          title={t('home.first.cluster')}
          done={clusters > 0 ? t('home.first.clusters', { n: clusters }) : undefined}
          text={t('home.first.clusterText')}
          action={
            <Button
              size="xs"
              variant={clusters > 0 ? 'default' : 'filled'}
              renderRoot={(props) => <Link {...props} to="/accounts" search={{ add: 'kubernetes' }} />}
            >
              {t('home.first.add')}
            </Button>
          }
        />
        <Step
          icon={IconSailboat}
          title={t('home.first.create')}
          text={t('home.first.createText')}
          action={
            <Button size="xs" variant={clusters > 0 ? 'filled' : 'default'} component={Link} to="/new">
              {t('home.create')}
            </Button>
          }
        />
        <Step icon={IconActivityHeartbeat} title={t('home.first.watch')} text={t('home.first.watchText')} />
      </ol>
      {clusters === 0 && (
        <Text size="sm" c="dimmed" mt="md">
          {t('home.first.sandbox')} <Code>gennaker demo</Code>
        </Text>
      )}
    </section>
  )
}

function Step({
  icon: Sign,
  title,
  text,
  done,
  action,
}: {
  icon: Icon
  title: string
  text: string
  done?: string
  action?: ReactNode
}) {
  return (
    <li className={classes.step}>
      <span className={classes.sign} data-done={done !== undefined || undefined}>
        {done === undefined ? (
          <Sign size={22} stroke={1.7} aria-hidden />
        ) : (
          <IconCircleCheckFilled size={22} aria-hidden />
        )}
      </span>
      <span className={classes.words}>
        <b>{title}</b>
        <Text span size="sm" c="dimmed">
          {done ?? text}
        </Text>
      </span>
      {action}
    </li>
  )
}
