import { Ago } from '@/components/Time'
import { sentence } from '@/lib/format'
import classes from './Delivery.module.css'
import type { Dead, Waiting } from './queries'
import { useDeliveryTexts } from './texts'

/** What every message's row begins with: what it is, why it isn't delivered, and since when. */
export function MessageCells({ message: m }: { message: Dead | Waiting }) {
  const t = useDeliveryTexts()
  return (
    <>
      <th scope="row">
        {m.topic}
        <div className="muted">{m.kind}</div>
      </th>
      <td className={classes.problem} data-wide>
        {sentence(m.error)}
      </td>
      <td className="num" data-label={t('attempts')}>
        {m.attempts}
      </td>
      <td data-label={t('created')}>
        <Ago time={m.createdAt} />
      </td>
    </>
  )
}
