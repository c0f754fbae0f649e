import { useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { Failure } from '@/components/States'

/** The page in place of one that broke. */
export function PageFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  return (
    <div className="page">
      <Failure
        error={error}
        retry={() => {
          reset()
          void router.invalidate()
        }}
      />
    </div>
  )
}
