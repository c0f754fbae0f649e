// Times as text that keeps up with the clock.
export { Ago } from './Ago'
export { Elapsed } from './Elapsed'
