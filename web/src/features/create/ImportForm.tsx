import { Alert, Button, FileButton, Group, Input, Skeleton, Text, TextInput } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { accountsQuery } from '@/api/queries'
import { Fields } from '@/components/Fields'
import { objectsOf, textOf } from '@/lib/json'
import { useForm } from './form'
import { accountsIn, importedOf } from './imported'

const CodeEditor = lazy(() => import('@/components/CodeEditor'))
const own = ['empty', 'notObject', 'several', 'noStages'] as const

/** A pipeline from elsewhere, as text. */
export function ImportForm() {
  const { d, set, t, tried } = useForm()
  const accounts = useQuery(accountsQuery)
  const read = importedOf(d.text)
  const known = 'problem' in read ? own.find((k) => k === read.problem) : undefined
  const problem = 'problem' in read ? (known ? t(`importProblem.${known}`) : read.problem) : undefined
  const missing =
    'pipeline' in read && accounts.data
      ? accountsIn(read.pipeline).filter((n) => !accounts.data.some((a) => a.name === n))
      : []
  const take = (file: File | null | undefined) => {
    if (file)
      void file.text().then((text) => {
        set({ text })
      })
  }
  return (
    <Fields gap="sm">
      <Group justify="space-between" gap="xs" align="flex-end">
        <Text size="sm" c="dimmed" style={{ flex: '1 1 240px' }}>
          {t('textHelp')}
        </Text>
        <FileButton accept=".json,.yaml,.yml" onChange={take}>
          {(props) => (
            <Button {...props} size="xs" variant="default" leftSection={<IconUpload size={14} />}>
              {t('chooseFile')}
            </Button>
          )}
        </FileButton>
      </Group>
      <Input.Wrapper
        data-note
        error={(d.text.trim() !== '' || tried) && problem}
        errorProps={{ role: 'alert' }}
        onDragOver={(e) => {
          e.preventDefault()
        }}
        onDrop={(e) => {
          if (e.dataTransfer.files.length > 0) {
            e.preventDefault()
            take(e.dataTransfer.files[0])
          }
        }}
      >
        <Suspense fallback={<Skeleton height={160} />}>
          <CodeEditor
            form={/^\s*[[{]/.test(d.text) ? 'json' : 'yaml'}
            label={t('text')}
            value={d.text}
            onChange={(text) => {
              set({ text })
            }}
          />
        </Suspense>
      </Input.Wrapper>
      {'pipeline' in read && (
        <>
          <Text size="sm">
            {t('imported', {
              name: textOf(read.pipeline['name']) || t('words.deploy'),
              n: objectsOf(read.pipeline['stages']).length,
            })}
          </Text>
          <TextInput
            label={t('pipeline')}
            placeholder={textOf(read.pipeline['name']) || t('words.deploy')}
            autoComplete="off"
            value={d.pipeline}
            onChange={(e) => {
              set({ pipeline: e.currentTarget.value })
            }}
          />
          {missing.length > 0 && (
            <Alert color="yellow" p="xs">
              {t('unknownAccounts', { names: missing.join(', ') })}
            </Alert>
          )}
        </>
      )}
    </Fields>
  )
}
