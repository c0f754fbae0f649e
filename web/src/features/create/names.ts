// Names as the server and Kubernetes take them.

/** What is wrong with an application's name; the rule is Orca's for Kubernetes. */
export function applicationNameProblem(name: string): 'nameMissing' | 'nameInvalid' | 'nameLong' | undefined {
  const text = name.trim()
  if (text === '') return 'nameMissing'
  if (!/^[a-zA-Z][a-zA-Z0-9-]*$/.test(text)) return 'nameInvalid'
  return text.length > longest ? 'nameLong' : undefined
}

/** An application's name as it is kept. */
export const applicationName = (name: string) => name.trim().toLowerCase()

const longest = 63

/**
 * A text as the name of a Kubernetes object that any kind takes: small letters,
 * digits and hyphens, a letter first. What is not such becomes a hyphen.
 */
export function objectName(text: string, most = longest): string {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
  return plain.slice(0, most).replace(/-+$/, '') || 'app'
}

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/

/** Whether a text is the name of a namespace. */
export const isNamespace = (text: string) => label.test(text) && text.length <= longest

/** Whether a text is the name of a Helm release. */
export const isRelease = (text: string) => label.test(text) && text.length <= 53

/** Whether a text is a host that an Ingress takes: a name with a dot, or *.name. */
export const isHost = (text: string) =>
  text.length <= 253 && /^(\*\.)?([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text)

/** Whether a text names an environment variable. */
export const isVariable = (text: string) => /^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(text)

/** Whether a text is an amount of CPU or memory, as Kubernetes writes it; an empty one is none. */
export const isQuantity = (text: string) =>
  text === '' || /^\d+(\.\d+)?(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi|e\d+)?$/.test(text)
