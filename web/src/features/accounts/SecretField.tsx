import { Button, Input, PasswordInput } from '@mantine/core'
import { IconLock, IconTrash } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { IconButton } from '@/components/IconButton'
import { useAccountT } from '@/i18n/accounts'
import classes from './DefinitionForm.module.css'
import type { Secret } from './schemaFields'

export type Wrapper = {
  label?: ReactNode
  description?: ReactNode
  error?: ReactNode
  withAsterisk?: boolean
}

/** A secret: what is stored is not shown, and stays unless another takes its place. */
export function SecretField({
  name,
  wrapper,
  secret,
  change,
  remove,
}: {
  name: string
  wrapper: Wrapper
  secret: Secret
  change: (s: Secret) => void
  remove?: () => void
}) {
  const t = useAccountT()
  const [replacing, setReplacing] = useState(false)
  // A problem is solved by giving it anew.
  if (secret.stored && !replacing && !wrapper.error) {
    return (
      <Input.Wrapper {...wrapper} labelElement="div">
        <div className={classes.kept} style={{ marginTop: wrapper.label ? 4 : 0 }}>
          <IconLock size={15} aria-hidden />
          <span>{t('secret.kept')}</span>
          <Button
            size="compact-xs"
            variant="subtle"
            aria-label={t('secret.replaceOne', { label: name })}
            onClick={() => {
              setReplacing(true)
            }}
          >
            {t('secret.replace')}
          </Button>
          {remove && (
            <IconButton size="sm" label={t('secret.remove', { label: name })} onClick={remove}>
              <IconTrash size={14} />
            </IconButton>
          )}
        </div>
      </Input.Wrapper>
    )
  }
  return (
    <PasswordInput
      {...wrapper}
      aria-label={wrapper.label ? undefined : name}
      aria-invalid={wrapper.error ? true : undefined}
      autoComplete="new-password"
      spellCheck={false}
      data-1p-ignore
      value={secret.text}
      ref={replacing ? focused : undefined}
      placeholder={secret.stored ? t('secret.will') : undefined}
      visibilityToggleButtonProps={{
        'aria-label': t('secret.show', { label: name }),
        title: t('secret.show', { label: name }),
        tabIndex: 0,
      }}
      onChange={(e) => {
        change({ ...secret, text: e.currentTarget.value })
      }}
    />
  )
}

// Who asks to write another goes on there.
const focused = (input: HTMLInputElement | null) => {
  input?.focus()
}
