import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { sayError } from '@/api/actions'
import { useT } from '@/i18n'

/** useAction does something on the server, and says what the server says against it. */
export function useAction<V = void, R = unknown>(
  run: (value: V) => Promise<R>,
  { done, then }: { done?: string; then?: (result: R) => void } = {},
) {
  const t = useT()
  return useMutation({
    mutationFn: run,
    onSuccess: (result) => {
      if (done) notifications.show({ message: done, color: 'green' })
      then?.(result)
    },
    onError: (error) => {
      notifications.show({
        color: 'red',
        title: t('error.title'),
        message: sayError(error),
        autoClose: 8000,
      })
    },
  })
}
