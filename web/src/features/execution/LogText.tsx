import { Switch, TextInput } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconDownload, IconSearch } from '@tabler/icons-react'
import { useDeferredValue, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { IconButton } from '@/components/IconButton'
import { StatusDot } from '@/components/Status'
import { Toolbar } from '@/components/Toolbar'
import { useT } from '@/i18n'
import { save } from '@/lib/download'
import { search } from '@/lib/log'
import { useRuns } from './texts'
import classes from './Log.module.css'

type Props = { text: string; state: 'live' | 'ended' | 'kept'; name: string; children?: ReactNode }

/** A log that can be searched, wrapped and kept; its end is followed as long as it is looked at. */
export function LogText({ text, state, name, children }: Props) {
  const t = useT()
  const r = useRuns()
  const [wanted, setWanted] = useState('')
  const [current, setCurrent] = useState(0)
  const [wrap, setWrap] = useState(false)
  const box = useRef<HTMLPreElement>(null)
  const atEnd = useRef(true)
  const looked = useDeferredValue(wanted)
  const { pieces, found } = useMemo(() => search(text, looked), [text, looked])
  const at = found === 0 ? 0 : ((current % found) + found) % found
  useEffect(() => {
    if (looked !== '') box.current?.querySelector('[data-current]')?.scrollIntoView({ block: 'nearest' })
    else if (atEnd.current) box.current?.scrollTo({ top: box.current.scrollHeight })
  }, [pieces, at, looked])
  return (
    <>
      <Toolbar className={classes.bar}>
        {children}
        <TextInput
          size="xs"
          className={classes.search}
          leftSection={<IconSearch size={14} />}
          placeholder={r('logSearch')}
          aria-label={r('logSearch')}
          value={wanted}
          onChange={(e) => {
            setWanted(e.currentTarget.value)
            setCurrent(0)
          }}
          onKeyDown={(e) => {
            if (e.key === 'Enter') {
              e.preventDefault()
              setCurrent(e.shiftKey ? at - 1 : at + 1)
            }
          }}
        />
        {wanted !== '' && (
          <>
            <span className={`num muted ${classes.found}`} role="status">
              {found === 0 ? r('logNone') : `${at + 1}/${found}`}
            </span>
            <IconButton
              size="sm"
              label={r('logBefore')}
              disabled={found === 0}
              onClick={() => {
                setCurrent(at - 1)
              }}
            >
              <IconChevronUp size={15} />
            </IconButton>
            <IconButton
              size="sm"
              label={r('logNext')}
              disabled={found === 0}
              onClick={() => {
                setCurrent(at + 1)
              }}
            >
              <IconChevronDown size={15} />
            </IconButton>
          </>
        )}
        <Switch
          size="xs"
          label={r('logWrap')}
          checked={wrap}
          onChange={(e) => {
            setWrap(e.currentTarget.checked)
          }}
        />
        <span className={classes.state} style={{ marginLeft: 'auto' }}>
          <StatusDot tone={state === 'live' ? 'busy' : 'idle'} /> {r(`log.${state}`)}
        </span>
        <IconButton
          size="md"
          label={t('common.download')}
          onClick={() => {
            save(text, `${name}.log`)
          }}
        >
          <IconDownload size={15} />
        </IconButton>
      </Toolbar>
      <pre
        ref={box}
        className={classes.log}
        data-wrap={wrap || undefined}
        tabIndex={0}
        aria-label={t('object.log')}
        onScroll={(e) => {
          const b = e.currentTarget
          atEnd.current = b.scrollHeight - b.scrollTop - b.clientHeight < 24
        }}
      >
        {text === '' ? (
          <span className="muted">{t('object.noLog')}</span>
        ) : (
          pieces.map((p, i) =>
            p.match === undefined ? (
              p.text
            ) : (
              <mark key={i} data-current={p.match === at || undefined}>
                {p.text}
              </mark>
            ),
          )
        )}
      </pre>
    </>
  )
}
