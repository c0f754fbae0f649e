import { Alert, SegmentedControl, Skeleton, Stack, Text, Title, useMantineColorScheme } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { client, unwrap } from '@/api/client'
import { usePageTitle } from '@/components/PageTitle'
import { Failure } from '@/components/States'
import { ToneBadge } from '@/components/Status'
import { useI18n } from '@/i18n'
import { apiBase } from '@/lib/base'
import classes from './About.module.css'
import { FromDeck } from './FromDeck'
import { troublesOf, useHealth } from './health'

const documents = [
  ['about.apiPage', '/swagger-ui/index.html'],
  ['about.apiDocument', '/v3/api-docs'],
] as const

/** How it looks to this person, which version runs, and where its API is described. */
export function About() {
  const { t, language, setLanguage } = useI18n()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  usePageTitle(t('nav.about'))
  const { data, error } = useQuery({
    queryKey: ['version'],
    queryFn: () => unwrap(client.GET('/version')),
    staleTime: Infinity,
  })
  return (
    <div className="page">
      <Stack gap="md" maw={720} mx="auto">
        <Title order={1}>{t('nav.about')}</Title>
        <section className={`card ${classes.part}`} aria-labelledby="looks">
          <Title order={2} id="looks">
            {t('about.looks')}
          </Title>
          <Row name={t('nav.language')}>
            <SegmentedControl
              value={language}
              onChange={(v) => {
                setLanguage(v === 'zh' ? 'zh' : 'en')
              }}
              aria-label={t('nav.language')}
              data={[
                { value: 'en', label: <span lang="en">English</span> },
                { value: 'zh', label: <span lang="zh">中文</span> },
              ]}
            />
          </Row>
          <Row name={t('theme.title')}>
            <SegmentedControl
              value={colorScheme}
              onChange={(v) => {
                setColorScheme(v === 'light' || v === 'dark' ? v : 'auto')
              }}
              aria-label={t('theme.title')}
              data={(['light', 'dark', 'auto'] as const).map((s) => ({ value: s, label: t(`theme.${s}`) }))}
            />
          </Row>
          <Text size="sm" c="dimmed">
            {t('about.here')}
          </Text>
        </section>
        <section className={`card ${classes.part}`} aria-labelledby="server">
          <Title order={2} id="server">
            Gennaker
          </Title>
          {error ? (
            <Failure error={error} />
          ) : (
            <Row name={t('about.version')}>
              {data ? <span className="mono">{data.version}</span> : <Skeleton height={14} width={90} />}
            </Row>
          )}
          <HealthRow />
          <Row name={t('about.address')}>
            <span className="mono" style={{ overflowWrap: 'anywhere' }}>
              {apiBase}
            </span>
          </Row>
          {documents.map(([key, path]) => (
            <Row key={path} name={t(key)}>
              <a href={apiBase + path} className={classes.link}>
                {path}
              </a>
            </Row>
          ))}
        </section>
        <FromDeck />
      </Stack>
    </div>
  )
}

/** What operators must know: what is down, and executions that crash processes. */
function HealthRow() {
  const { t } = useI18n()
  const { data } = useHealth()
  if (!data)
    return (
      <Row name={t('about.health')}>
        <Skeleton height={14} width={60} />
      </Row>
    )
  const up = data.status === 'UP'
  const down = Object.entries(data.components ?? {}).filter(([, c]) => c.status !== 'UP')
  const { suspects, ended, last } = troublesOf(data)
  return (
    <>
      <Row name={t('about.health')}>
        <ToneBadge tone={up ? 'good' : 'bad'}>{t(up ? 'about.up' : 'about.down')}</ToneBadge>
      </Row>
      {down.map(([name, c]) => (
        <Alert key={name} color="red" title={name}>
          {Object.values(c.details ?? {}).join(' ') || c.status}
        </Alert>
      ))}
      {suspects > 0 && <Alert color="orange">{t('about.suspects', { n: suspects })}</Alert>}
      {ended > 0 && (
        <Alert color="orange">
          {t('about.ended', { n: ended })}{' '}
          {last && (
            <Link to="/executions/$id" params={{ id: last }} className={classes.link}>
              {t('about.lastEnded')}
            </Link>
          )}
        </Alert>
      )}
    </>
  )
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.row}>
      <span className="muted">{name}</span>
      <span>{children}</span>
    </div>
  )
}
