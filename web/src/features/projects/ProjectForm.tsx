import { Dialog } from '@/components/Dialog'
import { useT } from '@/i18n'
import { type Project } from './project'
import { ProjectFields } from './ProjectFields'

type Props = { opened: boolean; close: () => void; before?: Project }

/** Makes a project, or changes one. */
export function ProjectForm({ opened, close, before }: Props) {
  const t = useT()
  return (
    <Dialog
      opened={opened}
      close={close}
      size="lg"
      title={before ? t('projects.changeTitle', { name: before.name ?? '' }) : t('projects.create')}
    >
      <ProjectFields close={close} before={before} />
    </Dialog>
  )
}
