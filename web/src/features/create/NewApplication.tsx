import { Button, Group, Title } from '@mantine/core'
import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState, type FormEvent } from 'react'
import { applicationsQuery } from '@/api/queries'
import { Toolbar } from '@/components/Toolbar'
import { usePageTitle } from '@/components/PageTitle'
import {
  emptyDraft,
  keepDraft,
  keptDraft,
  problemsOf,
  stepsOf,
  type Draft,
  type Field,
  type Step,
} from './draft'
import { FormContext } from './form'
import { NameStep } from './NameStep'
import { PreviewStep } from './PreviewStep'
import { Summary } from './Summary'
import { useCreateTexts } from './texts'
import { Making } from './Making'
import { useMaking } from './useMaking'
import { WhatStep } from './WhatStep'
import { WhereStep } from './WhereStep'
import classes from './NewApplication.module.css'

const pages: Record<Step, () => React.JSX.Element> = {
  name: NameStep,
  what: WhatStep,
  where: WhereStep,
  preview: PreviewStep,
}

/** Makes an application step by step: what it is, what runs, where and how, and what will come of it. */
export function NewApplication() {
  const t = useCreateTexts()
  const { step: wanted = 'name' } = useSearch({ from: '/new' })
  const navigate = useNavigate({ from: '/new' })
  const [d, setDraft] = useState(keptDraft)
  const [tried, setTried] = useState<Step>()
  const [left, setLeft] = useState<ReadonlySet<Field>>(new Set())
  const applications = useQuery(applicationsQuery)
  const taken = useMemo(
    () => new Set((applications.data ?? []).map((a) => a.name.toLowerCase())),
    [applications.data],
  )
  const set = (change: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...change }))
  }
  const making = useMaking(d, set)
  useEffect(() => {
    keepDraft(d)
  }, [d])

  const all = stepsOf(d.kind)
  const open = all.findIndex((s) => Object.keys(problemsOf(s, d, taken)).length > 0)
  const reach = open < 0 ? all.length - 1 : open
  const at = Math.min(Math.max(all.indexOf(wanted), 0), reach)
  const step = all[at] ?? 'name'
  usePageTitle(t(`step.${step}`), t('title'))
  const problems = problemsOf(step, d, taken)
  const go = (to: Step) => void navigate({ search: { step: to } })

  const panel = useRef<HTMLDivElement>(null)
  useEffect(() => {
    panel.current
      ?.querySelector<HTMLElement>('[role=radio][aria-checked=true], input:not([type=radio]), textarea')
      ?.focus({ preventScroll: true })
  }, [step])

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (Object.keys(problems).length > 0) {
      setTried(step)
      return
    }
    const next = all[at + 1]
    if (next) go(next)
    else making.make(d.kind !== 'nothing')
  }
  const Page = pages[step]
  const busy = making.busy || making.failed !== undefined
  return (
    <div className={`page ${classes.page}`}>
      <Toolbar justify="space-between" mb="md" gap="sm">
        <Title order={1}>{t('title')}</Title>
        {d !== emptyDraft && (
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            onClick={() => {
              setDraft(emptyDraft)
              setTried(undefined)
              setLeft(new Set())
              making.reset()
              go('name')
            }}
          >
            {t('leave')}
          </Button>
        )}
      </Toolbar>
      <ol className={classes.steps} aria-label={t('title')}>
        {all.map((s, i) => (
          <li key={s} data-here={i === at || undefined} data-done={i < at || undefined}>
            {i <= reach && i !== at ? (
              <Link to="/new" search={{ step: s }} className={classes.step}>
                <Mark n={i + 1} />
                {t(`step.${s}`)}
              </Link>
            ) : (
              <span className={classes.step} aria-current={i === at ? 'step' : undefined}>
                <Mark n={i + 1} />
                {t(`step.${s}`)}
              </span>
            )}
          </li>
        ))}
      </ol>
      <FormContext
        value={{
          d,
          set,
          problems,
          tried: tried === step,
          left,
          leave: (field) => {
            setLeft((before) => (before.has(field) ? before : new Set([...before, field])))
          },
        }}
      >
        <form onSubmit={submit} noValidate className={step === 'preview' ? undefined : classes.columns}>
          <div ref={panel} className={classes.panel}>
            <Page />
            {(busy || d.made.application !== undefined) && <Making d={d} making={making} />}
            <Toolbar justify="space-between" mt="xl" gap="xs">
              {at > 0 ? (
                <Button
                  variant="default"
                  leftSection={<IconArrowLeft size={15} />}
                  disabled={making.busy}
                  onClick={() => {
                    go(all[at - 1] ?? 'name')
                  }}
                >
                  {t('back')}
                </Button>
              ) : (
                <span />
              )}
              <Group gap="xs">
                {step === 'preview' && (
                  <Button
                    variant="default"
                    loading={making.busy && !making.deploys}
                    disabled={making.busy}
                    onClick={() => {
                      making.make(false)
                    }}
                  >
                    {t('createOnly')}
                  </Button>
                )}
                {at < all.length - 1 ? (
                  <Button type="submit" rightSection={<IconArrowRight size={15} />}>
                    {t('next')}
                  </Button>
                ) : (
                  <Button type="submit" loading={making.busy && making.deploys} disabled={making.busy}>
                    {making.failed
                      ? t('goOn')
                      : d.kind === 'nothing'
                        ? t('createApplication')
                        : t('createDeploy')}
                  </Button>
                )}
              </Group>
            </Toolbar>
          </div>
          {step !== 'preview' && <Summary d={d} />}
        </form>
      </FormContext>
    </div>
  )
}

function Mark({ n }: { n: number }) {
  return (
    <span className={classes.mark} aria-hidden>
      {n}
    </span>
  )
}
