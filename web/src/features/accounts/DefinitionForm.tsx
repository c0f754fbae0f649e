import { TextInput, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useId, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { Fields } from '@/components/Fields'
import { useT } from '@/i18n'
import { useAccountT } from '@/i18n/accounts'
import classes from './DefinitionForm.module.css'
import { useSaving, type FormProps } from './form'
import { FormFoot } from './FormFoot'
import {
  complaintsOf,
  definitionFrom,
  draftOf,
  problemsOf,
  type Draft,
  type Field,
  type Value,
} from './schemaFields'
import { SchemaField } from './SchemaField'
import { useFields } from './useFields'

// The server's rule, which is Deck's.
const validName = /^[\w.-]+$/

/** Adds an account of any type, or changes one, by the schema that the API has for it. */
export function DefinitionForm({ type, close, before }: FormProps) {
  const t = useT()
  const ta = useAccountT()
  const fields = useFields(type)
  const [name, setName] = useState(before?.name ?? '')
  const [draft, setDraft] = useState<Draft>(() => draftOf(fields, before))
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({})
  const [all, setAll] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const { save, test, reset } = useSaving({ close, before })
  const known = [...(before ? [] : ['name']), ...fields.map((f) => f.name)]
  // What is wrong is shown, and the first of it is where one goes on writing.
  const complain = (found: Readonly<Record<string, string>>) => {
    flushSync(() => {
      setProblems(found)
      if (fields.some((f) => f.advanced && f.name in found)) setAll(true)
    })
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }
  const refused = (error: unknown) => {
    complain(problemsOf(error, known).fields)
  }
  const checked = () => {
    const found: Record<string, string> = {}
    if (name.trim() === '') found['name'] = t('accounts.nameMissing')
    else if (!validName.test(name.trim())) found['name'] = ta('nameInvalid')
    for (const [field, complaint] of Object.entries(complaintsOf(fields, draft)))
      found[field] = ta(`complaint.${complaint}`)
    complain(found)
    return Object.keys(found).length === 0
      ? definitionFrom(type.type, name, fields, draft, before)
      : undefined
  }
  const touched = (field: string) => {
    setProblems((was) => Object.fromEntries(Object.entries(was).filter(([other]) => other !== field)))
    reset()
  }
  const set = (field: string) => (value: Value) => {
    setDraft((was) => ({ ...was, [field]: value }))
    touched(field)
  }
  const show = (f: Field) => (
    <SchemaField
      key={f.name}
      field={f}
      value={draft[f.name] ?? ''}
      problem={problems[f.name]}
      change={set(f.name)}
    />
  )
  const further = fields.filter((f) => f.advanced)
  const panel = useId()
  const Chevron = all ? IconChevronDown : IconChevronRight
  return (
    <form
      ref={form}
      noValidate
      onSubmit={(e) => {
        e.preventDefault()
        const definition = checked()
        if (definition) save.mutate(definition, { onError: refused })
      }}
    >
      <Fields gap="sm">
        {!before && (
          <TextInput
            label={t('accounts.name')}
            description={t('accounts.nameHelp')}
            data-autofocus
            autoComplete="off"
            withAsterisk
            value={name}
            error={problems['name']}
            onChange={(e) => {
              setName(e.currentTarget.value)
              touched('name')
            }}
          />
        )}
        {fields.filter((f) => !f.advanced).map(show)}
        {further.length > 0 && (
          <div>
            <UnstyledButton
              className={classes.more}
              aria-expanded={all}
              aria-controls={panel}
              onClick={() => {
                setAll(!all)
              }}
            >
              <Chevron size={16} aria-hidden /> {ta('advanced')}
            </UnstyledButton>
            <Fields gap="sm" id={panel} mt={all ? 8 : 0}>
              {all && further.map(show)}
            </Fields>
          </div>
        )}
        <FormFoot
          save={save}
          test={test}
          known={known}
          before={before}
          close={close}
          onTest={() => {
            const definition = checked()
            if (definition) test.mutate(definition, { onError: refused })
          }}
        />
      </Fields>
    </form>
  )
}
