import classes from './Panel.module.css'

/** How many there are, beside the title of a section; nothing for none. */
export function Count({ n }: { n: number }) {
  return n > 0 ? <span className={classes.count}>{n}</span> : null
}
