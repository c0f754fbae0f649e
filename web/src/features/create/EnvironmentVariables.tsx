import { Button, Input, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { IconButton } from '@/components/IconButton'
import { useForm } from './form'
import classes from './NewApplication.module.css'

/** The names and values that a container gets. */
export function EnvironmentVariables() {
  const {
    d: {
      image: { env },
    },
    t,
    field,
    part,
  } = useForm()
  const set = (next: typeof env) => {
    part('image')({ env: next })
  }
  const change = (at: number, more: Partial<(typeof env)[number]>) => {
    set(env.map((e, i) => (i === at ? { ...e, ...more } : e)))
  }
  return (
    <Input.Wrapper label={t('env')} labelElement="div" error={field('env').error}>
      <div style={{ marginTop: 4, marginBottom: 5 }}>
        {env.map((e, i) => (
          <div key={i} className={classes.env}>
            <TextInput
              aria-label={t('envName', { n: i + 1 })}
              placeholder="LOG_LEVEL"
              autoComplete="off"
              value={e.name}
              onChange={(x) => {
                change(i, { name: x.currentTarget.value })
              }}
            />
            <TextInput
              aria-label={t('envValue', { n: i + 1 })}
              placeholder="info"
              autoComplete="off"
              value={e.value}
              onChange={(x) => {
                change(i, { value: x.currentTarget.value })
              }}
            />
            <IconButton
              label={t('envRemove', { n: i + 1 })}
              onClick={() => {
                set(env.filter((_, j) => j !== i))
              }}
            >
              <IconTrash size={15} />
            </IconButton>
          </div>
        ))}
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} />}
          ml={-8}
          onClick={() => {
            set([...env, { name: '', value: '' }])
          }}
        >
          {t('envAdd')}
        </Button>
      </div>
    </Input.Wrapper>
  )
}
