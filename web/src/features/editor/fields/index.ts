// The fields that forms are made of. Each shows the value it has, whatever its shape: an
// expression may stand for anything. Nothing changes that nobody has touched.

export { ChoiceField } from './ChoiceField'
export { ListField } from './ListField'
export { ManifestsField } from './ManifestsField'
export { NumberField } from './NumberField'
export { NumbersField } from './NumbersField'
export { PairsField } from './PairsField'
export { SwitchField } from './SwitchField'
export { TextField } from './TextField'
export { TextsField } from './TextsField'
export { ValueField } from './ValueField'
