import { Button, NumberInput, Stack, Text, TextInput } from '@mantine/core'
import { useRef, useState } from 'react'
import { runTask, sayError } from '@/api/actions'
import { Dialog } from '@/components/Dialog'
import { DialogFoot } from '@/components/DialogFoot'
import { StatusIcon } from '@/components/Status'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { kindAndName } from '@/lib/format'
import { dangerous, jobFor } from '../actions/actions'
import { useActionName } from '../actions/names'
import classes from './Bulk.module.css'
import { sideBySide, type BulkAction, type BulkPlan, type Target } from './bulk'

type Props = { app: string; action: BulkAction; plan: BulkPlan; close: () => void; done: () => void }
type State = { status: 'RUNNING' | 'SUCCEEDED' | 'TERMINAL'; why?: string }

const atOnce = 4

/** Asks once for something that is done to several, says what happens to each, and shows the results. */
export function BulkDialog({ app, action, plan, close, done }: Props) {
  const t = useInfraT()
  const say = useT()
  const name = useActionName()
  const [replicas, setReplicas] = useState<number | string>(plan.targets[0]?.replicas ?? 1)
  const [reason, setReason] = useState('')
  const [states, setStates] = useState<readonly (State | undefined)[]>([])
  const [phase, setPhase] = useState<'ask' | 'run' | 'end'>('ask')
  const stop = useRef(false)
  const failed = states.filter((s) => s?.status === 'TERMINAL').length
  const good = states.filter((s) => s?.status === 'SUCCEEDED').length
  const run = async () => {
    setPhase('run')
    const set = (at: number, state: State) => {
      setStates((before) => Object.assign([...before], { [at]: state }))
    }
    await sideBySide(
      plan.targets,
      atOnce,
      () => stop.current,
      async (target, at) => {
        if (states[at]?.status === 'SUCCEEDED') return
        set(at, { status: 'RUNNING' })
        try {
          await runTask(app, `${name(action)}: ${target.place.name}`, [
            jobFor(action, target.place, { replicas }, reason),
          ])
          set(at, { status: 'SUCCEEDED' })
        } catch (error) {
          set(at, { status: 'TERMINAL', why: sayError(error) })
        }
      },
    )
    stop.current = false
    setPhase('end')
  }
  const leave = () => {
    stop.current = true
    if (phase === 'ask') close()
    else done()
  }
  const ready = plan.targets.length > 0 && (action !== 'scale' || replicas !== '')
  return (
    <Dialog close={leave} size="lg" title={t('bulk.title', { what: name(action), n: plan.targets.length })}>
      <form
        onSubmit={(e) => {
          e.preventDefault()
          if (ready) void run()
        }}
      >
        <Stack gap="sm">
          {action === 'scale' && phase === 'ask' && (
            <NumberInput
              label={say('object.replicas')}
              min={0}
              max={10_000}
              allowDecimal={false}
              value={replicas}
              onChange={setReplicas}
              data-autofocus
            />
          )}
          <ul className={classes.list} tabIndex={0} aria-label={t('bulk.each')}>
            {plan.targets.map((target, at) => {
              const state = states[at]
              return (
                <li key={JSON.stringify(target.place)} className={classes.item}>
                  <span className="cut">
                    <b>{kindAndName(target.place.name).name}</b>{' '}
                    <span className="muted">
                      {kindAndName(target.place.name).kind} · {target.place.account} · {target.place.location}
                    </span>
                  </span>
                  <span className="muted">{consequence(t, action, target, Number(replicas))}</span>
                  {phase === 'ask' ? (
                    <span />
                  ) : (
                    <StatusIcon status={state?.status ?? 'NOT_STARTED'} size={16} />
                  )}
                  {state?.why && (
                    <span className={classes.why} role="alert">
                      {state.why}
                    </span>
                  )}
                </li>
              )
            })}
            {plan.left.map((l) => (
              <li key={`left ${l.name}`} className={classes.item} data-left>
                <span className="cut">{kindAndName(l.name).name}</span>
                <span>{t(`bulk.left.${l.why}`)}</span>
                <span />
              </li>
            ))}
          </ul>
          {phase === 'ask' ? (
            <TextInput
              label={t('ask.reason')}
              description={t('ask.reasonHint')}
              value={reason}
              onChange={(e) => {
                setReason(e.currentTarget.value)
              }}
              autoComplete="off"
            />
          ) : (
            <Text size="sm" aria-live="polite" role="status">
              {t(phase === 'run' ? 'bulk.running' : 'bulk.ended', {
                good,
                failed,
                total: plan.targets.length,
              })}
            </Text>
          )}
          <DialogFoot>
            {phase === 'ask' && (
              <Button variant="default" onClick={close}>
                {say('common.cancel')}
              </Button>
            )}
            {phase === 'ask' && (
              <Button type="submit" color={dangerous(action) ? 'red' : undefined} disabled={!ready}>
                {name(action)}
              </Button>
            )}
            {phase === 'run' && (
              <Button
                variant="default"
                onClick={() => {
                  stop.current = true
                }}
              >
                {t('bulk.stop')}
              </Button>
            )}
            {phase === 'end' && good < plan.targets.length && (
              <Button type="submit" variant="default">
                {t('bulk.again')}
              </Button>
            )}
            {phase === 'end' && <Button onClick={done}>{say('common.close')}</Button>}
          </DialogFoot>
        </Stack>
      </form>
    </Dialog>
  )
}

function consequence(
  t: ReturnType<typeof useInfraT>,
  action: BulkAction,
  target: Target,
  replicas: number,
): string {
  switch (action) {
    case 'scale':
      return t('bulk.will.scale', { from: target.replicas ?? 0, to: replicas })
    case 'terminate':
      return t('bulk.will.terminate', { owner: target.of ? kindAndName(target.of).name : '' })
    default:
      return t(`bulk.will.${action}`, { n: target.instances })
  }
}
