import { Text } from '@mantine/core'
import {
  IconAnchor,
  IconBox,
  IconBrandGit,
  IconFileImport,
  IconSquareDashed,
  type Icon,
} from '@tabler/icons-react'
import { ChartForm } from './ChartForm'
import { kinds, type Kind } from './draft'
import { useForm } from './form'
import { ImageForm } from './ImageForm'
import { ImportForm } from './ImportForm'
import { Choices } from './Choices'
import { Part } from './Part'
import { RepositoryForm } from './RepositoryForm'

const icons: Record<Kind, Icon> = {
  image: IconBox,
  repository: IconBrandGit,
  chart: IconAnchor,
  import: IconFileImport,
  nothing: IconSquareDashed,
}

/** Step two: what shall run. */
export function WhatStep() {
  const { d, set, t } = useForm()
  return (
    <>
      <Part title={t('whatTitle')}>
        <Choices
          label={t('whatTitle')}
          value={d.kind}
          choices={kinds.map((k) => ({
            value: k,
            label: t(`kind.${k}`),
            help: t(`kindHelp.${k}`),
            icon: icons[k],
          }))}
          onChange={(kind) => {
            set({ kind })
          }}
        />
      </Part>
      <Part title={t(`kind.${d.kind}`)}>
        {d.kind === 'image' ? (
          <ImageForm />
        ) : d.kind === 'repository' ? (
          <RepositoryForm />
        ) : d.kind === 'chart' ? (
          <ChartForm />
        ) : d.kind === 'import' ? (
          <ImportForm />
        ) : (
          <Text>{t('nothingText')}</Text>
        )}
      </Part>
    </>
  )
}
