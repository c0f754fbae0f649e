import classes from './UnifiedDiff.module.css'

/** A unified diff. */
export function UnifiedDiff({ text, label }: { text: string; label?: string }) {
  return (
    <pre className={classes.diff} tabIndex={0} aria-label={label}>
      {text
        .replace(/\n$/, '')
        .split('\n')
        .map((line, i) => (
          <span
            key={i}
            className={
              /^(\+\+\+|---) /.test(line)
                ? classes.hunk
                : line.startsWith('+')
                  ? classes.add
                  : line.startsWith('-')
                    ? classes.cut
                    : line.startsWith('@')
                      ? classes.hunk
                      : undefined
            }
          >
            {line || ' '}
          </span>
        ))}
    </pre>
  )
}
