import { IconPackage } from '@tabler/icons-react'
import { type Artifact } from './read'
import { Section } from './Section'
import classes from './details.module.css'

// More than this many are folded at first.
const many = 8

/** Artifacts, one a line. */
export function Artifacts({ title, list }: { title: string; list: readonly Artifact[] }) {
  if (list.length === 0) return null
  return (
    <Section title={title} count={list.length} fold={list.length > many ? 'closed' : 'open'}>
      <ul className={classes.list}>
        {list.map((a) => (
          <li key={`${a.type} ${a.name} ${a.version} ${a.reference}`}>
            <IconPackage size={15} aria-hidden />
            <b>{a.name || a.reference}</b>
            {a.version && <span className="mono">{a.version}</span>}
            <span className="muted">{a.type}</span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
