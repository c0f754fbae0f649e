import { Button, Loader, SegmentedControl, Skeleton, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import { lazy, Suspense, useDeferredValue, useState, type ReactNode } from 'react'
import { Dialog } from '@/components/Dialog'
import { ToneBadge } from '@/components/Status'
import { Toolbar } from '@/components/Toolbar'
import { Unsaved } from '@/components/Unsaved'
import { useInfraT } from '@/i18n/infra'
import type { Json } from '@/lib/json'
import { ApplyDialog } from './ApplyDialog'
import { editable, hidesContent, restarts, textOfObject } from './edit'
import classes from './Manifest.module.css'
import { PlanPane } from './PlanPane'
import { sayObstacle } from './sayObstacle'
import { usePlan, type PlanChange } from './usePlan'

const CodeEditor = lazy(() => import('@/components/CodeEditor'))
const DiffView = lazy(() => import('@/components/DiffView'))

type Props = {
  app: string
  title: string
  account: string | undefined
  /** What is chosen beside the text, such as an account. */
  controls?: ReactNode
  /** The object as it is at this moment; none where new ones are made. */
  live?: Json
  /** Reads the object once more. */
  renew?: () => Promise<Json | undefined>
  text: string
  /** Whether the text is somebody's work. */
  dirty: boolean
  write: (text: string) => void
  leave: () => void
  show: (first: PlanChange | undefined) => void
}

const shown = (live: Json) => textOfObject(editable(live))

/** A manifest as text, with what would come of it beside it, and the way to apply it. */
export function ManifestEditor({
  app,
  title,
  account,
  controls,
  live,
  renew,
  text,
  dirty,
  write,
  leave,
  show,
}: Props) {
  const t = useInfraT()
  const [base, setBase] = useState(() => live && shown(live))
  const [pane, setPane] = useState<'plan' | 'edits'>('plan')
  const [asking, setAsking] = useState(false)
  const [applied, setApplied] = useState(false)
  const [comparing, setComparing] = useState(false)
  const written = useDeferredValue(text)
  const now = live && shown(live)
  const changed = base !== undefined && now !== base && !asking
  const edited = live ? text !== base : dirty
  const work = usePlan({ app, account, text, live, on: edited })
  const { obstacle } = work
  const settle = async () => {
    const fresh = await renew?.()
    setApplied(true)
    if (!fresh) return
    setBase(shown(fresh))
    write(shown(fresh))
  }
  const takeTheirs = () => {
    if (now === undefined) return
    setBase(now)
    write(now)
  }
  const broken =
    obstacle?.key === 'broken' ? { message: sayObstacle(t, obstacle), at: obstacle.at } : undefined
  return (
    <>
      <Toolbar className={classes.bar} role="toolbar" aria-label={title}>
        <div className={classes.name}>
          <h2 className={classes.title}>{title}</h2>
          {edited && !applied && <ToneBadge tone="wait">{t('manifest.unsaved')}</ToneBadge>}
        </div>
        {controls}
        <State edited={edited} work={work} />
        <Button size="xs" variant="default" onClick={leave}>
          {t('manifest.cancel')}
        </Button>
        <Button
          size="xs"
          disabled={
            !edited || !work.fit || changed || !account || (live !== undefined && !work.plan.data?.different)
          }
          onClick={() => {
            setAsking(true)
          }}
        >
          {t(live ? 'manifest.apply' : 'manifest.deployAction')}
        </Button>
      </Toolbar>
      {changed && (
        <div className={classes.notice} role="alert">
          <IconAlertTriangle size={18} aria-hidden style={{ color: 'var(--wait)' }} />
          <Text size="sm" style={{ flex: '1 1 260px' }}>
            <b>{t('manifest.changed')}.</b> {t('manifest.changedText')}
          </Text>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              setComparing(true)
            }}
          >
            {t('manifest.changedShow')}
          </Button>
          {edited && (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => {
                setBase(now)
              }}
            >
              {t('manifest.changedMine')}
            </Button>
          )}
          <Button size="compact-sm" variant="default" onClick={takeTheirs}>
            {t('manifest.changedTheirs')}
          </Button>
        </div>
      )}
      {live && hidesContent(live) && (
        <div className={classes.notice}>
          <IconAlertTriangle size={18} aria-hidden style={{ color: 'var(--wait)' }} />
          <Text size="sm" style={{ flex: 1 }}>
            {t('manifest.secretHidden')}
          </Text>
        </div>
      )}
      <div className={classes.place}>
        <div className={classes.text}>
          <Suspense fallback={<Skeleton height="100%" radius={0} />}>
            <CodeEditor
              fill
              form="yaml"
              label={t('manifest.text')}
              value={text}
              onChange={(next) => {
                setApplied(false)
                write(next)
              }}
              problem={broken}
            />
          </Suspense>
        </div>
        <section className={classes.side} aria-label={t('manifest.pane')}>
          {live && (
            <SegmentedControl
              size="xs"
              className={classes.paneHead}
              value={pane}
              onChange={(v) => {
                setPane(v === 'edits' ? 'edits' : 'plan')
              }}
              aria-label={t('manifest.pane')}
              data={[
                { value: 'plan', label: t('manifest.willChange') },
                { value: 'edits', label: t('manifest.yourEdits') },
              ]}
            />
          )}
          {pane === 'edits' && base !== undefined ? (
            !edited ? (
              <Text size="sm" c="dimmed">
                {t('manifest.noEdits')}
              </Text>
            ) : (
              <Suspense fallback={<Skeleton height={260} />}>
                <DiffView before={base} after={written} label={t('manifest.yourEdits')} />
              </Suspense>
            )
          ) : (
            <PlanPane
              plan={edited ? work.plan.data : undefined}
              error={edited ? work.plan.error : null}
              obstacle={edited || obstacle?.key === 'broken' ? obstacle : undefined}
              asking={work.asking}
              restarts={live !== undefined && restarts(live, work.objects[0])}
              empty={t(live ? 'manifest.nothingYet' : 'manifest.nothingToDeploy')}
            />
          )}
        </section>
      </div>
      {asking && account !== undefined && work.plan.data && (
        <ApplyDialog
          app={app}
          account={account}
          objects={work.objects}
          plan={work.plan.data}
          edit={live !== undefined}
          show={() => {
            show(work.plan.data?.changes[0])
          }}
          done={() => void settle()}
          close={() => {
            setAsking(false)
          }}
          before={async () => {
            const fresh = await renew?.()
            return fresh === undefined || shown(fresh) === base
          }}
        />
      )}
      {comparing && base !== undefined && now !== undefined && (
        <Dialog
          close={() => {
            setComparing(false)
          }}
          size={1100}
          title={t('manifest.changedShow')}
        >
          <Suspense fallback={<Skeleton height={260} />}>
            <DiffView before={base} after={now} label={t('manifest.changedShow')} />
          </Suspense>
        </Dialog>
      )}
      <Unsaved dirty={edited && !applied} lost={t('manifest.lost')} />
    </>
  )
}

function State({ edited, work }: { edited: boolean; work: ReturnType<typeof usePlan> }) {
  const t = useInfraT()
  if (!edited || work.obstacle) return null
  if (work.asking)
    return (
      <span className={classes.state} role="status">
        <Loader size={13} /> <span className="muted">{t('manifest.checking')}</span>
      </span>
    )
  if (work.refused || work.plan.error)
    return (
      <span className={classes.state} role="status" style={{ color: 'var(--bad)' }}>
        <IconAlertTriangle size={15} aria-hidden /> {t('manifest.refused')}
      </span>
    )
  if (!work.current) return null
  return (
    <span className={classes.state} role="status" style={{ color: 'var(--good)' }}>
      <IconCircleCheck size={15} aria-hidden />{' '}
      {t(work.plan.data?.different ? 'manifest.takes' : 'manifest.same')}
    </span>
  )
}
