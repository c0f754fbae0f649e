import { Button, Stack, Text, UnstyledButton } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { createElement, useEffect, useRef, useState } from 'react'
import { Dialog } from '@/components/Dialog'
import { Failure, RowsLoading } from '@/components/States'
import { useT } from '@/i18n'
import { useAccountT } from '@/i18n/accounts'
import { byName } from '@/lib/order'
import type { Definition } from './definition'
import classes from './DefinitionForm.module.css'
import { formOf } from './forms'
import { typesQuery, type AccountType } from './queries'
import { descriptorOf } from './registry'
import { useTypeText } from './useFields'

type Props = {
  opened: boolean
  close: () => void
  /** The type of a new account; it is asked for where there is none. */
  type?: string
  choose?: (type: string | undefined) => void
  /** The account that is changed; none for a new one. */
  before?: Definition
}

/** Adds an account of any type, or changes one. */
export function AccountForm({ opened, close, type, choose, before }: Props) {
  const t = useT()
  const { data, error, refetch } = useQuery({ ...typesQuery, enabled: opened })
  // What a dialog shows stays while it goes away.
  const [shown, setShown] = useState(type)
  if (opened && shown !== type) setShown(type)
  const wanted = before?.type ?? shown
  const chosen = data?.find((known) => known.type === wanted && (before !== undefined || !known.closed))
  // The type is asked for and then its form: one goes on writing where it begins.
  const content = useRef<HTMLDivElement>(null)
  const loaded = data !== undefined
  useEffect(() => {
    if (opened && loaded) content.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus()
  }, [opened, loaded, chosen?.type])
  return (
    <Dialog
      opened={opened}
      close={close}
      size="lg"
      title={before ? t('accounts.changeTitle', { name: before.name }) : t('accounts.add')}
    >
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <RowsLoading rows={4} />
      ) : chosen ? (
        <Stack gap="sm" ref={content}>
          {!before && <Chosen type={chosen} back={() => choose?.(undefined)} />}
          {createElement(formOf(chosen.type), { key: chosen.type, type: chosen, close, before })}
        </Stack>
      ) : (
        <div ref={content}>
          <Types types={data} choose={(next) => choose?.(next)} />
        </div>
      )}
    </Dialog>
  )
}

function Chosen({ type, back }: { type: AccountType; back: () => void }) {
  const ta = useAccountT()
  const text = useTypeText()
  const { icon: Sign } = descriptorOf(type.type)
  return (
    <div className={classes.chosen}>
      <Sign size={20} stroke={1.7} aria-hidden />
      <Text fw={500} style={{ flex: 1 }}>
        {text(type.title)}
      </Text>
      <Button size="compact-sm" variant="subtle" leftSection={<IconArrowLeft size={14} />} onClick={back}>
        {ta('otherType')}
      </Button>
    </div>
  )
}

/** What there is to choose from; what can't be added here says why. */
function Types({ types, choose }: { types: readonly AccountType[]; choose: (type: string) => void }) {
  const ta = useAccountT()
  const text = useTypeText()
  const order = (type: AccountType) => (type.closed ? 2 : descriptorOf(type.type).cluster ? 0 : 1)
  const sorted = types
    .map((type) => ({ ...type, title: text(type.title) }))
    .sort((a, b) => order(a) - order(b) || byName(a.title, b.title))
  return (
    <>
      <Text c="dimmed" mb="sm" id="types">
        {ta('choose')}
      </Text>
      <ul className={classes.types} aria-labelledby="types">
        {sorted.map((type, i) => {
          const { icon: Sign } = descriptorOf(type.type)
          return (
            <li key={type.type}>
              <UnstyledButton
                className={classes.type}
                disabled={!!type.closed}
                data-autofocus={i === 0 || undefined}
                onClick={() => {
                  choose(type.type)
                }}
              >
                <Sign size={22} stroke={1.7} aria-hidden />
                <span>
                  {type.title}
                  {type.closed && <small>{ta('closed', { reason: type.closed })}</small>}
                </span>
              </UnstyledButton>
            </li>
          )
        })}
      </ul>
    </>
  )
}
