import { Text, TextInput, UnstyledButton } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useDeferredValue, useState } from 'react'
import { Dialog } from '@/components/Dialog'
import { useStageTypeName } from '@/stages'
import { useT } from '@/i18n'
import { StageIcon } from './StageIcon'
import { search, type StageType } from './stageKinds'
import classes from './Palette.module.css'

type Props = {
  types: readonly StageType[]
  title: string
  close: () => void
  choose: (type: StageType) => void
}

/** Chooses a stage type, by its group or by what is written. */
export function Palette({ types, title, close, choose }: Props) {
  const t = useT()
  const typeName = useStageTypeName()
  const [query, setQuery] = useState('')
  const label = (type: StageType) => {
    const own = typeName(type.name)
    return own === type.name ? type.label : own
  }
  const groups = search(types, useDeferredValue(query), label)
  const first = groups[0]?.types[0]
  return (
    <Dialog
      close={close}
      title={title}
      size={760}
      padding={0}
      classNames={{ header: classes.header, body: classes.body }}
    >
      <form
        onSubmit={(e) => {
          e.preventDefault()
          if (first && !first.unavailable) choose(first)
        }}
        className={classes.search}
      >
        <TextInput
          data-autofocus
          leftSection={<IconSearch size={16} />}
          size="md"
          variant="filled"
          placeholder={t('editor.searchStage')}
          aria-label={t('editor.searchStage')}
          value={query}
          onChange={(e) => {
            setQuery(e.currentTarget.value)
          }}
        />
      </form>
      <div className={classes.groups} tabIndex={0} role="region" aria-label={title}>
        {groups.length === 0 && (
          <Text c="dimmed" ta="center" py="xl">
            {t('common.noMatch', { q: query })}
          </Text>
        )}
        {groups.map(({ kind, types: list }) => (
          <section key={kind}>
            <h3 className={classes.title}>{t(`editor.kinds.${kind}`)}</h3>
            <div className={classes.grid}>
              {list.map((type) => (
                <UnstyledButton
                  key={type.name}
                  className={classes.type}
                  data-first={(query !== '' && type === first) || undefined}
                  disabled={Boolean(type.unavailable)}
                  onClick={() => {
                    choose(type)
                  }}
                  title={type.unavailable}
                >
                  <StageIcon name={type.name} type={type} />
                  <span className={classes.words}>
                    <span className={classes.name}>{label(type)}</span>
                    <span className={classes.about}>
                      {type.unavailable ? t('editor.notHere') : type.description}
                    </span>
                  </span>
                </UnstyledButton>
              ))}
            </div>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
