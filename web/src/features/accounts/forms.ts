import type { ComponentType } from 'react'
import { DefinitionForm } from './DefinitionForm'
import type { FormProps } from './form'
import { KubernetesForm } from './KubernetesForm'

// The types that have a form of their own.
const forms: Readonly<Record<string, ComponentType<FormProps>>> = { kubernetes: KubernetesForm }

/** The form for accounts of a type: its own, or the one that is made from its schema. */
export const formOf = (type: string): ComponentType<FormProps> => forms[type] ?? DefinitionForm
