import { MantineThemeProvider } from '@mantine/core'
import { useMemo, type ReactNode } from 'react'
import { useT } from '@/i18n'

/** Gives the close buttons of the library's dialogs, messages and notifications their names, which it leaves out. */
export function Named({ children }: { children: ReactNode }) {
  const close = useT()('common.close')
  const theme = useMemo(() => {
    const props = { defaultProps: { closeButtonProps: { 'aria-label': close, title: close } } }
    return {
      components: {
        Modal: props,
        Drawer: props,
        Notification: props,
        Alert: {
          defaultProps: { closeButtonLabel: close, attributes: { closeButton: { title: close } } },
        },
      },
    }
  }, [close])
  return (
    <MantineThemeProvider theme={theme} inherit>
      {children}
    </MantineThemeProvider>
  )
}
