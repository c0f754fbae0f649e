import { Part } from './Part'
import classes from './Design.module.css'

const sizes = ['2xs', 'xs', 'sm', 'md', 'lg', 'xl', '2xl']
const spaces = [1, 2, 3, 4, 5, 6]
const tones = ['good', 'bad', 'busy', 'wait', 'idle']

/** The scales of text, space and colour. */
export function Scales() {
  return (
    <Part title="Scales">
      <div className={classes.row}>
        {sizes.map((size) => (
          <span key={size} style={{ fontSize: `var(--text-${size})` }}>
            text {size} 你好
          </span>
        ))}
      </div>
      <div className={classes.row}>
        {spaces.map((n) => (
          <span key={n}>
            <span className={classes.space} style={{ width: `var(--space-${n})` }} /> space {n}
          </span>
        ))}
      </div>
      <div className={classes.row}>
        {tones.map((tone) => (
          <span
            key={tone}
            className={classes.tone}
            style={{ color: `var(--${tone})`, background: `var(--${tone}-soft)` }}
          >
            {tone}
          </span>
        ))}
      </div>
    </Part>
  )
}
