import { Button } from '@mantine/core'
import { IconEye } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { Dialog } from '@/components/Dialog'
import { RowsLoading } from '@/components/States'
import { textOf } from '@/features/editor/model'
import type { FormProps } from '../kit'
import { useBake } from './texts'

const Preview = lazy(async () => ({ default: (await import('./Preview')).Preview }))

/** Opens what the stage would bake, as it is edited. */
export function PreviewButton(form: FormProps) {
  const b = useBake()
  const [open, setOpen] = useState(false)
  return (
    <div>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconEye size={14} aria-hidden />}
        onClick={() => {
          setOpen(true)
        }}
      >
        {b('open')}
      </Button>
      {open && (
        <Dialog
          aside
          size={760}
          title={b('title', { name: textOf(form.stage.name) })}
          close={() => {
            setOpen(false)
          }}
        >
          <Suspense fallback={<RowsLoading rows={4} />}>
            <Preview form={form} />
          </Suspense>
        </Dialog>
      )}
    </div>
  )
}
