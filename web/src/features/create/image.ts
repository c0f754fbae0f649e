// References to container images, such as registry.example.com:5000/team/web:1.2@sha256:...

export type Image = { repository: string; tag?: string; digest?: string }

const part = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const host = '(?:[a-zA-Z0-9]+(?:[-.][a-zA-Z0-9]+)*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?'
const grammar = new RegExp(
  `^(?<repository>(?:${host}/)?${part}(?:/${part})*)(?::(?<tag>[\\w][\\w.-]{0,127}))?(?:@(?<digest>[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}))?$`,
)

/** parseImage reads a reference by the grammar that registries share; undefined where it is none. */
export function parseImage(text: string): Image | undefined {
  const groups = grammar.exec(text.trim())?.groups
  if (!groups?.['repository'] || groups['repository'].length > 255) return undefined
  const { repository, tag, digest } = groups
  return { repository, ...(tag ? { tag } : {}), ...(digest ? { digest } : {}) }
}

/** The last part of an image's name: what it is. */
export function shortName(image: Image): string {
  return image.repository.slice(image.repository.lastIndexOf('/') + 1)
}

export type Asked = { name: 'tag' | 'digest'; default: string; image: string }

/** What is asked for at each start, and the image with that in it: what pins it, a digest before a tag. */
export function asked(image: Image): Asked {
  if (image.digest)
    return { name: 'digest', default: image.digest, image: `${image.repository}@\${parameters.digest}` }
  return { name: 'tag', default: image.tag ?? 'latest', image: `${image.repository}:\${parameters.tag}` }
}
