import { Button } from '@mantine/core'
import { DialogFoot } from '@/components/DialogFoot'
import { Failure } from '@/components/States'
import { useT } from '@/i18n'
import type { Definition } from './definition'
import type { Saving } from './form'
import { problemsOf } from './schemaFields'
import { TestReport } from './TestReport'

type Props = Pick<Saving, 'save' | 'test'> & {
  /** The fields that show what the server says of them. */
  known: readonly string[]
  /** The account that is changed; none for a new one. */
  before?: Definition
  close: () => void
  /** Tests what the form holds; none where that can't be done. */
  onTest?: () => void
}

/** How every form for accounts ends: what has come of a test, and the buttons. */
export function FormFoot({ save, test, known, before, close, onTest }: Props) {
  const t = useT()
  // What stands at its field isn't said twice.
  const unsaid = [test.error, save.error].filter((error) => {
    if (!error) return false
    const { fields, rest } = problemsOf(error, known)
    return rest.length > 0 || Object.keys(fields).length === 0
  })
  return (
    <>
      {unsaid.map((error, i) => (
        <Failure key={i} error={error} />
      ))}
      {test.data && <TestReport report={test.data} type={test.variables.type} />}
      <DialogFoot
        start={
          onTest && (
            <Button variant="default" loading={test.isPending} onClick={onTest}>
              {t('accounts.test')}
            </Button>
          )
        }
      >
        <Button variant="default" onClick={close}>
          {t('common.cancel')}
        </Button>
        <Button type="submit" loading={save.isPending}>
          {t(before ? 'accounts.save' : 'accounts.submit')}
        </Button>
      </DialogFoot>
    </>
  )
}
