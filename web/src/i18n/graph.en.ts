export default {
  find: 'Find a stage',
  found: '{at} of {of}',
  noneFound: 'No match',
  previous: 'Previous match',
  next: 'Next match',
  map: 'Map of the graph',
  foldGroups: 'Collapse groups',
  foldFinished: 'Collapse finished stages',
  unfold: 'Expand all',
  finished: '{n} finished stage|{n} finished stages',
  stages: '{n} stage|{n} stages',
  expand: 'Expand {name}',
}
