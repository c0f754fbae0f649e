import { useQuery } from '@tanstack/react-query'
import { Dialog } from '@/components/Dialog'
import { Failure, RowsLoading } from '@/components/States'
import { kindAndName } from '@/lib/format'
import { objectOf } from '../object'
import { manifestQuery } from '../objectQueries'
import { type Offer } from './actions'
import { useActionName } from './names'
import { AskAction } from './AskAction'

type Props = { offer: Offer; dismiss: () => void; done: () => void }

/** Asks for an action with what will come of it, does it, and follows it to its end. */
export function ActionDialog({ offer, dismiss, done }: Props) {
  const name = useActionName()
  const { data, error } = useQuery(manifestQuery(offer.place))
  return (
    <Dialog
      close={dismiss}
      size={offer.action === 'undo' ? 860 : 'md'}
      title={`${name(offer.action)}: ${kindAndName(offer.place.name).name}`}
    >
      {error ? (
        <Failure error={error} />
      ) : data ? (
        <AskAction offer={offer} object={objectOf(data)} dismiss={dismiss} done={done} />
      ) : (
        <RowsLoading rows={3} height={24} />
      )}
    </Dialog>
  )
}
