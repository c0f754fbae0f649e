import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { Component, type ReactNode } from 'react'
import { Empty } from '@/components/States'
import { useT } from '@/i18n'

type Props = { children: ReactNode; toText: () => void }

/** Where something in a pipeline can't be shown, the rest can, and the text always. */
export class Guard extends Component<Props, { error?: unknown }> {
  override state: { error?: unknown } = {}
  static getDerivedStateFromError(error: unknown) {
    return { error }
  }
  override render() {
    if (this.state.error === undefined) return this.props.children
    return (
      <NotShown
        error={this.state.error}
        toText={this.props.toText}
        again={() => {
          this.setState({ error: undefined })
        }}
      />
    )
  }
}

function NotShown({ error, toText, again }: { error: unknown; toText: () => void; again: () => void }) {
  const t = useT()
  return (
    <Empty
      icon={<IconAlertTriangle size={26} />}
      title={t('editor.notShown')}
      action={
        <>
          <Button variant="default" mr="xs" onClick={again}>
            {t('error.again')}
          </Button>
          <Button onClick={toText}>{t('editor.code')}</Button>
        </>
      }
    >
      {error instanceof Error ? error.message : String(error)}
    </Empty>
  )
}
