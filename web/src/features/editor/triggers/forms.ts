import type { ComponentType } from 'react'
import { CronFields } from '../CronFields'
import { PipelineTriggerFields } from '../PipelineTriggerFields'
import type { TriggerProps } from '../triggerProps'
import { BuildFields } from './BuildFields'
import { ChartFields } from './ChartFields'
import { GitFields } from './GitFields'
import { ImageFields } from './ImageFields'
import { OtherFields } from './OtherFields'
import { PubsubFields } from './PubsubFields'
import { SearchFields } from './SearchFields'
import { WebhookFields } from './WebhookFields'

/** The forms of triggers by their type: a new one is a file here, and a line. */
const forms: Record<string, ComponentType<TriggerProps>> = {
  artifactory: SearchFields,
  cdevents: WebhookFields,
  cron: CronFields,
  docker: ImageFields,
  git: GitFields,
  helm: ChartFields,
  'helm/oci': ImageFields,
  jenkins: BuildFields,
  nexus: SearchFields,
  pipeline: PipelineTriggerFields,
  pubsub: PubsubFields,
  webhook: WebhookFields,
}

/** The form of a type of triggers; of one without a form, its fields as they are. */
export const formOf = (type: string): ComponentType<TriggerProps> => forms[type] ?? OtherFields
