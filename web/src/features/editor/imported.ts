import { read, type Parsed } from '@/lib/texts'
import { isObject } from './model'

/** A pipeline in a text, as JSON or YAML; also where a tool has put it under a name of its own. */
export function readPipelineText(text: string): Parsed {
  const parsed = read(text, /^\s*[{[]/.test(text) ? 'json' : 'yaml')
  if ('problem' in parsed) return parsed
  const { value } = parsed
  const within = value['pipeline']
  return { value: isObject(within) && !('stages' in value) && !('template' in value) ? within : value }
}
