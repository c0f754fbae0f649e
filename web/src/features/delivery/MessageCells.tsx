import { Ago } from '@/components/Time'
import { useI18n } from '@/i18n'
import { moment, sentence } from '@/lib/format'
import classes from './Delivery.module.css'
import type { Dead, Waiting } from './queries'
import { useDeliveryTexts } from './texts'

/** What every message's row begins with: what it is, why it isn't delivered, and since when. */
export function MessageCells({ message: m }: { message: Dead | Waiting }) {
  const t = useDeliveryTexts()
  const { language } = useI18n()
  const heldUntil = 'heldUntil' in m ? m.heldUntil : 0
  return (
    <>
      <th scope="row">
        {m.topic}
        <div className="muted">{m.kind}</div>
      </th>
      <td className={classes.problem} data-wide>
        {heldUntil > 0 && !m.error ? (
          <span className="muted">{t('held', { until: moment(heldUntil, language) })}</span>
        ) : (
          sentence(m.error)
        )}
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
