import {
  IconBox,
  IconBrandBitbucket,
  IconBrandDocker,
  IconBrandGit,
  IconBrandGithub,
  IconBrandGitlab,
  IconBucket,
  IconPackage,
  IconPlug,
  IconShip,
  IconTopologyStar3,
  IconWorld,
  type Icon,
} from '@tabler/icons-react'
import type { Arrangement } from './schemaFields'

/**
 * What the API can't say of a type of accounts. A type needs none: without it its
 * form is made from the schema alone.
 */
export type Descriptor = Arrangement & {
  icon: Icon
  /** What people call an account of the type, for those whom the API doesn't tell. */
  title?: string
  /** What the types of artifacts begin with that are fetched with it; none where no list of artifact accounts has it. */
  artifacts?: string
  /** Whether it is a cluster, which is watched. */
  cluster?: boolean
}

const registry: Readonly<Record<string, Descriptor>> = {
  kubernetes: { icon: IconTopologyStar3, title: 'Kubernetes account', cluster: true },
  'artifacts.bitbucket': {
    icon: IconBrandBitbucket,
    artifacts: 'bitbucket',
    order: ['username', 'password', 'token', 'address', 'allowedHosts'],
  },
  'artifacts.docker': {
    icon: IconBrandDocker,
    order: ['address', 'username', 'password', 'repositories'],
    advanced: ['insecureRegistry'],
  },
  'artifacts.gcs': { icon: IconBucket, artifacts: 'gcs', order: ['anonymous'], advanced: ['apiEndpoint'] },
  'artifacts.gitea': {
    icon: IconBrandGit,
    artifacts: 'gitea',
    order: ['address', 'token', 'username', 'password'],
  },
  'artifacts.github': {
    icon: IconBrandGithub,
    artifacts: 'github',
    order: ['token', 'username', 'password', 'address', 'allowedHosts'],
    advanced: ['githubAPIVersion', 'useContentAPI'],
  },
  'artifacts.gitlab': {
    icon: IconBrandGitlab,
    artifacts: 'gitlab',
    order: ['token', 'address', 'allowedHosts'],
  },
  'artifacts.gitrepo': {
    icon: IconBrandGit,
    artifacts: 'git',
    order: ['repository', 'username', 'password', 'token', 'allowedHosts'],
    advanced: ['sshTrustUnknownHosts'],
  },
  'artifacts.helm': {
    icon: IconShip,
    artifacts: 'helm',
    order: ['repository', 'username', 'password'],
    advanced: ['insecureRegistry'],
  },
  'artifacts.http': {
    icon: IconWorld,
    artifacts: 'http',
    order: ['username', 'password', 'headers', 'allowedHosts'],
  },
  'artifacts.maven': {
    icon: IconPackage,
    artifacts: 'maven',
    order: ['repositoryUrl', 'username', 'password'],
  },
  'artifacts.s3': {
    icon: IconBucket,
    artifacts: 's3',
    order: ['awsAccessKeyId', 'awsSecretAccessKey', 'region', 'apiEndpoint', 'apiRegion'],
    advanced: ['signerOverride'],
  },
}

const anyOther: Descriptor = { icon: IconPlug }
const anyArtifact: Descriptor = { icon: IconBox }

/** What is known of a type; something for those of which nothing is. */
export function descriptorOf(type: string): Descriptor {
  return registry[type] ?? (/^artifacts\.|\//.test(type) ? anyArtifact : anyOther)
}

/** The type that accounts have which fetch artifacts of these types. */
export function typeOfArtifacts(types: readonly string[]): string | undefined {
  return Object.keys(registry).find((type) =>
    types.some((t) => registry[type]?.artifacts === t.split('/')[0]),
  )
}
