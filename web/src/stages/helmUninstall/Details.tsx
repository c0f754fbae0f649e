export { HelmDetails as Details } from '../helm/HelmDetails'
