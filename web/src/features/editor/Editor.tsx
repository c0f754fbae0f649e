import { Alert, Button, Group, Skeleton, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconAlertTriangle, IconGitBranch, IconPlus } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { client, unwrap } from '@/api/client'
import { usePageTitle } from '@/components/PageTitle'
import { Empty } from '@/components/States'
import { useStageTypeName } from '@/stages'
import { useI18n } from '@/i18n'
import { moment } from '@/lib/format'
import { isWriting, useStageClipboard } from './clipboard'
import { Conflict } from './Conflict'
import {
  addStage,
  changeStage,
  connect,
  disconnect,
  freeName,
  insertBetween,
  isObject,
  oddStages,
  pasteStages,
  removeStages,
  renumber,
  stagesById,
  textOf,
  type Json,
  type StageConfig,
} from './model'
import { Palette } from './Palette'
import { detached, isTemplated } from '@/features/templates/model'
import { planPipeline } from '@/features/templates/queries'
import { TemplateSection } from './TemplateSection'
import { byStage, graphProblems } from './problems'
import { Revisions } from './Revisions'
import { RunContext, useRun } from './run'
import { contentOf } from './save'
import { Settings } from './Settings'
import { newStage, type StageType } from './stageKinds'
import { StagePanel } from './StagePanel'
import { useSuggestions } from './suggestions'
import { Toolbar } from './Toolbar'
import { Unsaved } from '@/components/Unsaved'
import { isCode, PlaceContext, stageOfPlace, stagePlace, UnreadContext } from './unread'
import { useDraft } from './useDraft'
import { useSaving } from './useSaving'
import { Guard } from './Guard'
import classes from './Editor.module.css'

const Graph = lazy(() => import('./Graph'))
const CodeView = lazy(() => import('./CodeView'))
const TryExpression = lazy(async () => ({ default: (await import('./TryExpression')).TryExpression }))

type Props = { app: string; read: Json; types: readonly StageType[] }

/** The pipeline editor: the graph, a panel for what is selected, and all of it as text. */
export function Editor({ app, read, types }: Props) {
  const { t, language } = useI18n()
  const search = useSearch({ from: '/applications/$app/pipelines/$id/edit' })
  const navigate = useNavigate({ from: '/applications/$app/pipelines/$id/edit' })
  const d = useDraft(app, read)
  const { draft, change } = d
  const [selected, setSelected] = useState<readonly string[]>(() => (search.stage ? [search.stage] : []))
  const [adding, setAdding] = useState<{ from?: string; to?: string }>()
  const [history, setHistory] = useState(false)
  const [open, setOpen] = useState(() => (isTemplated(read) ? ['template'] : ['general']))
  const templated = isTemplated(draft)
  const [settled] = useDebouncedValue(draft, 500)
  // Of a pipeline with a template what is drawn is what would be started.
  const plan = useQuery({
    queryKey: ['pipelinePlan', settled],
    queryFn: () => planPipeline(settled),
    queryKeyHashFn: () => `pipelinePlan ${versionOf(settled)}`,
    enabled: isTemplated(settled),
    placeholderData: keepPreviousData,
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
  })
  const drawn = templated ? (plan.data ?? nothing) : draft
  const stages = useMemo(() => stagesById(drawn), [drawn])
  const odd = oddStages(drawn)
  const byType = useMemo(
    () => new Map(types.flatMap((x) => [x.name, ...x.aliases].map((name) => [name, x] as const))),
    [types],
  )
  const locked = isObject(d.saved['locked']) && d.saved['locked']['ui'] === true
  const fixed = locked || templated
  const stageId = selected.length === 1 ? (selected[0] ?? '') : ''
  const stage = stages.get(stageId)
  const { save, waiting } = useSaving(d)
  const unread = useMemo(() => ({ texts: d.texts, set: d.setText }), [d.texts, d.setText])
  const { suggest, words, account } = useSuggestions(draft, stage)
  const { runs, run } = useRun(d.id, search.run)
  const seenBy = run?.stages.find((s) => !s.parentStageId && s.refId === textOf(stage?.refId))?.id
  const evaluated = useMemo(() => ({ execution: run, stageId: seenBy, words }), [run, seenBy, words])
  usePageTitle(textOf(draft['name']), t('editor.title'), app)

  const checked = useQuery({
    queryKey: ['pipelineCheck', settled],
    queryFn: () => unwrap(client.POST('/pipelines/check', { body: settled })),
    queryKeyHashFn: () => `pipelineCheck ${versionOf(settled)}`,
    placeholderData: keepPreviousData,
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
  })
  const found = useMemo(() => checked.data ?? graphProblems(draft), [checked.data, draft])
  const problems = useMemo(() => byStage(drawn, found), [drawn, found])

  const select = useCallback(
    (refs: readonly string[]) => {
      setSelected(refs)
      void navigate({
        search: (before) => ({ ...before, stage: refs.length === 1 ? refs[0] : undefined }),
        replace: true,
      })
    },
    [navigate],
  )
  const typeName = useStageTypeName()
  const add = (type: StageType) => {
    const own = typeName(type.name)
    const name = freeName(
      own === type.name ? type.label : own,
      new Set([...stages.values()].map((s) => textOf(s.name))),
    )
    const made = newStage(type, name, app, account)
    const { from, to } = adding ?? {}
    let done: { pipeline: Json; id: string }
    if (from !== undefined && to !== undefined) done = insertBetween(draft, made, from, to)
    else {
      done = addStage(draft, made, from === undefined ? [] : [from])
      if (to !== undefined) done = { ...done, pipeline: connect(done.pipeline, done.id, to) }
    }
    change(done.pipeline)
    setAdding(undefined)
    select([done.id])
  }
  const remove = (refs: readonly string[]) => {
    change(removeStages(draft, refs))
    select([])
  }
  const paste = (copied: readonly StageConfig[]) => {
    if (fixed) return
    const done = pasteStages(draft, copied, selected.slice(-1))
    change(done.pipeline)
    select(done.ids)
  }
  const chosen = () => [...stages].flatMap(([id, s]) => (selected.includes(id) ? [s] : []))
  useStageClipboard({
    copied: chosen,
    cut: () => {
      if (!fixed) remove(selected)
    },
    paste,
  })

  const setCode = (on: boolean) =>
    void navigate({ search: (before) => ({ ...before, view: on ? 'code' : undefined }), replace: true })
  const setTrying = (on: boolean) =>
    void navigate({ search: (before) => ({ ...before, try: on || undefined }), replace: true })
  const keyboard = useRef<(event: KeyboardEvent) => void>(undefined)
  useEffect(() => {
    keyboard.current = (event) => {
      if (!(event.ctrlKey || event.metaKey)) return
      const key = event.key.toLowerCase()
      if (key === 's') {
        event.preventDefault()
        if (d.dirty && !locked) void save()
      } else if (!isWriting(event.target) && (key === 'z' || key === 'y')) {
        event.preventDefault()
        if (key === 'y' || event.shiftKey) d.redo()
        else d.undo()
      } else if (!isWriting(event.target) && key === 'a') {
        event.preventDefault()
        select([...stages.keys()])
      }
    }
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent) => keyboard.current?.(event)
    window.addEventListener('keydown', listen)
    return () => {
      window.removeEventListener('keydown', listen)
    }
  }, [])

  const place = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(190)
  useLayoutEffect(() => {
    setTop((place.current?.getBoundingClientRect().top ?? 0) + window.scrollY)
  }, [d.left, d.kept, locked, templated])
  const code = search.view === 'code'
  return (
    <>
      <Toolbar
        app={app}
        draft={d}
        locked={locked}
        fixed={fixed}
        problems={found}
        code={code}
        save={() => void save()}
        openHistory={() => {
          setHistory(true)
        }}
        add={() => {
          setAdding({ from: selected.at(-1) })
        }}
        setCode={setCode}
        waiting={waiting}
        tryExpressions={() => {
          setTrying(true)
        }}
        unread={Object.keys(d.texts).length}
        show={(p) => {
          const id = [...problems].find(([, list]) => list.includes(p))?.[0] ?? ''
          select(id === '' ? [] : [id])
        }}
        showUnread={() => {
          const [place = ''] = Object.keys(d.texts)
          setCode(isCode(place))
          const of = stageOfPlace(place)
          if (of !== undefined) select([of])
        }}
      />
      {d.left && (
        <Alert color="yellow" radius={0} py="xs" px="var(--inset)" className={classes.notice}>
          <Group gap="sm">
            <Text size="sm">
              {t(d.leftBehind ? 'editor.leftBehind' : 'editor.left', { time: moment(d.left.at, language) })}
            </Text>
            <Button size="compact-sm" onClick={d.restoreLeft}>
              {t('editor.restoreLeft')}
            </Button>
            <Button size="compact-sm" variant="default" onClick={d.dropLeft}>
              {t('editor.dropLeft')}
            </Button>
          </Group>
        </Alert>
      )}
      {!d.kept && (
        <Alert color="red" radius={0} py="xs" px="var(--inset)" className={classes.notice}>
          {t('editor.notKept')}
        </Alert>
      )}
      {locked && (
        <Alert color="gray" radius={0} py="xs" px="var(--inset)" className={classes.notice}>
          {t('editor.lockedText')} {isObject(d.saved['locked']) && textOf(d.saved['locked']['description'])}
        </Alert>
      )}
      {templated && (
        <Alert color="blue" radius={0} py="xs" px="var(--inset)" className={classes.notice}>
          {t('editor.templated')}
        </Alert>
      )}
      <RunContext value={evaluated}>
        <UnreadContext value={unread}>
          <div
            ref={place}
            className={classes.place}
            data-code={code || undefined}
            style={{ '--top': `${top}px` } as React.CSSProperties}
          >
            {code ? (
              <div className={classes.code}>
                <Suspense fallback={<Skeleton height="100%" radius={0} />}>
                  <CodeView
                    pipeline={draft}
                    change={(next) => {
                      change(next, 'code')
                    }}
                    words={words}
                    locked={locked}
                  />
                </Suspense>
              </div>
            ) : (
              <>
                <div className={classes.canvas}>
                  {odd ? (
                    <Empty
                      icon={<IconAlertTriangle size={26} />}
                      title={t('editor.oddStages')}
                      action={
                        <Button
                          variant="default"
                          onClick={() => {
                            setCode(true)
                          }}
                        >
                          {t('editor.code')}
                        </Button>
                      }
                    >
                      {t('editor.oddStagesText')}
                    </Empty>
                  ) : stages.size === 0 ? (
                    templated ? (
                      <Empty icon={<IconGitBranch size={26} />} title={t('editor.noPlan')}>
                        {t('editor.noPlanText')}
                      </Empty>
                    ) : (
                      <Empty
                        icon={<IconGitBranch size={26} />}
                        title={t('editor.empty')}
                        action={
                          !fixed && (
                            <Button
                              leftSection={<IconPlus size={15} />}
                              onClick={() => {
                                setAdding({})
                              }}
                            >
                              {t('editor.addFirst')}
                            </Button>
                          )
                        }
                      >
                        {t('editor.emptyText')}
                      </Empty>
                    )
                  ) : (
                    <Guard
                      toText={() => {
                        setCode(true)
                      }}
                    >
                      <Suspense fallback={<Skeleton height="100%" radius={0} />}>
                        <Graph
                          stages={stages}
                          types={byType}
                          problems={problems}
                          selected={selected}
                          locked={fixed}
                          select={select}
                          remove={remove}
                          add={(from, to) => {
                            setAdding({ from, to })
                          }}
                          connect={(from, to) => {
                            change(connect(draft, from, to))
                          }}
                          disconnect={(lines) => {
                            change(lines.reduce((p, l) => disconnect(p, l.from, l.to), draft))
                          }}
                        />
                      </Suspense>
                    </Guard>
                  )}
                </div>
                <fieldset className={classes.side} disabled={locked || (templated && stage !== undefined)}>
                  <Guard
                    key={stageId}
                    toText={() => {
                      setCode(true)
                    }}
                  >
                    {stage ? (
                      <PlaceContext value={stagePlace(stageId)}>
                        <StagePanel
                          key={stageId}
                          id={stageId}
                          app={app}
                          stage={stage}
                          stages={stages}
                          type={byType.get(textOf(stage.type))}
                          problems={problems.get(stageId) ?? []}
                          suggest={suggest}
                          words={words}
                          change={(next, topic) => {
                            change(
                              changeStage(draft, stageId, () => next),
                              `${stageId} ${topic}`,
                            )
                          }}
                          renumber={() => {
                            const done = renumber(draft, stageId)
                            change(done.pipeline)
                            select([done.id])
                          }}
                          copy={() => {
                            paste([stage])
                          }}
                          remove={() => {
                            remove([stageId])
                          }}
                          close={() => {
                            select([])
                          }}
                        />
                      </PlaceContext>
                    ) : selected.length > 1 ? (
                      <Several
                        n={selected.length}
                        copy={() => {
                          paste(chosen())
                        }}
                        remove={() => {
                          remove(selected)
                        }}
                      />
                    ) : (
                      <Settings
                        pipeline={draft}
                        change={change}
                        problems={problems.get('') ?? []}
                        suggest={suggest}
                        open={open}
                        setOpen={setOpen}
                        template={
                          templated && (
                            <TemplateSection
                              pipeline={draft}
                              change={change}
                              problem={plan.error}
                              detach={
                                plan.data && !locked
                                  ? () => {
                                      change(detached(draft, plan.data ?? nothing))
                                    }
                                  : undefined
                              }
                            />
                          )
                        }
                      />
                    )}
                  </Guard>
                </fieldset>
              </>
            )}
          </div>
        </UnreadContext>
        {search.try && (
          <Suspense>
            <TryExpression
              runs={runs}
              run={run}
              stageId={seenBy}
              choose={(id) => void navigate({ search: (before) => ({ ...before, run: id }), replace: true })}
              close={() => {
                setTrying(false)
              }}
            />
          </Suspense>
        )}
      </RunContext>
      {adding && (
        <Palette
          types={types}
          title={t(adding.from !== undefined ? 'editor.addStageAfter' : 'editor.addStage', {
            name: textOf(adding.from === undefined ? undefined : stages.get(adding.from)?.name),
          })}
          close={() => {
            setAdding(undefined)
          }}
          choose={add}
        />
      )}
      {history && (
        <Revisions
          id={d.id}
          current={draft}
          close={() => {
            setHistory(false)
          }}
          restore={(revision) => {
            change({ ...contentOf(revision), id: d.id })
            setHistory(false)
            notifications.show({ message: t('editor.restored') })
          }}
        />
      )}
      {d.theirs && (
        <Conflict
          mine={draft}
          theirs={d.theirs}
          busy={d.busy}
          close={d.closeConflict}
          takeTheirs={d.takeTheirs}
          keepMine={() => void save(d.theirs)}
        />
      )}
      <Unsaved dirty={d.dirty} />
    </>
  )
}

function Several({ n, copy, remove }: { n: number; copy: () => void; remove: () => void }) {
  const { t } = useI18n()
  return (
    <Empty
      icon={<IconGitBranch size={26} />}
      title={t('editor.several', { n })}
      action={
        <Group gap="xs">
          <Button variant="default" onClick={copy}>
            {t('editor.copyStage')}
          </Button>
          <Button variant="default" color="red" onClick={remove}>
            {t('editor.remove')}
          </Button>
        </Group>
      }
    >
      {t('editor.severalText')}
    </Empty>
  )
}

const nothing: Json = {}

// A number for each pipeline that was checked, in place of its whole text as a key.
const versions = new WeakMap<Json, number>()
let last = 0
function versionOf(pipeline: Json): number {
  let version = versions.get(pipeline)
  if (version === undefined) {
    version = ++last
    versions.set(pipeline, version)
  }
  return version
}
