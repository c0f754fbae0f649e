/** A message that may be long, in one line, so that it moves nothing; all of it is its tooltip. */
export function OneLine({ text }: { text: string }) {
  return (
    <span className="cut" style={{ display: 'block' }} title={text}>
      {text}
    </span>
  )
}
