import { Button, Select, Switch, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { Toolbar } from '@/components/Toolbar'
import { apiBase } from '@/lib/base'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { followText } from '@/lib/follow'
import { kindAndName } from '@/lib/format'
import type { Container, Place } from './object'
import classes from './Object.module.css'

const tail = 1000
const kept = 500_000

/** The log of a pod's container, as it is written. */
export function PodLog({ place, containers }: { place: Place; containers: readonly Container[] }) {
  const t = useT()
  const ti = useInfraT()
  const [container, setContainer] = useState(containers[0]?.name ?? '')
  const [previous, setPrevious] = useState(false)
  const path = `/instances/${encodeURIComponent(place.account)}/${encodeURIComponent(place.location)}/${encodeURIComponent(place.name)}/log`
  const [follows, setFollows] = useState(true)
  const query = new URLSearchParams({
    container,
    tail: String(tail),
    follow: String(follows && !previous),
    previous: String(previous),
  })
  const whole = new URLSearchParams({ container, previous: String(previous) })
  return (
    <>
      <Toolbar mb="sm" gap="md">
        <Select
          size="xs"
          aria-label={t('object.container')}
          data={containers.map((c) => c.name)}
          value={container}
          allowDeselect={false}
          onChange={(v) => {
            setContainer(v ?? '')
          }}
        />
        <Switch
          size="xs"
          label={t('object.previous')}
          checked={previous}
          onChange={(e) => {
            setPrevious(e.currentTarget.checked)
          }}
        />
        <Switch
          size="xs"
          label={ti('instance.follow')}
          checked={follows && !previous}
          disabled={previous}
          onChange={(e) => {
            setFollows(e.currentTarget.checked)
          }}
        />
        <Button
          size="compact-sm"
          variant="default"
          ml="auto"
          leftSection={<IconDownload size={14} />}
          component="a"
          href={`${apiBase}${path}?${whole.toString()}`}
          download={`${kindAndName(place.name).name}-${container}.log`}
        >
          {t('common.download')}
        </Button>
      </Toolbar>
      <Following key={query.toString()} url={`${apiBase}${path}?${query.toString()}`} />
    </>
  )
}

function Following({ url }: { url: string }) {
  const t = useT()
  const [text, setText] = useState<string>()
  const [failure, setFailure] = useState<string>()
  const box = useRef<HTMLPreElement>(null)
  const atEnd = useRef(true)
  useEffect(() => {
    const stop = new AbortController()
    void followText(url, stop.signal, (more) => {
      setText((before) => ((before ?? '') + more).slice(-kept))
    }).catch((error: unknown) => {
      if (!stop.signal.aborted) setFailure(error instanceof Error ? error.message : String(error))
    })
    return () => {
      stop.abort()
    }
  }, [url])
  useEffect(() => {
    if (atEnd.current) box.current?.scrollTo({ top: box.current.scrollHeight })
  }, [text])
  if (failure !== undefined && !text)
    return (
      <Text c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {failure}
      </Text>
    )
  return (
    <pre
      ref={box}
      className={classes.log}
      tabIndex={0}
      aria-label={t('object.log')}
      onScroll={(e) => {
        const b = e.currentTarget
        atEnd.current = b.scrollHeight - b.scrollTop - b.clientHeight < 24
      }}
    >
      {text === undefined ? t('common.loading') : text === '' ? t('object.noLog') : text}
    </pre>
  )
}
