// The texts of the page that searches runs, in English.
export default {
  find: 'Image, commit, parameter, user, #number…',
  application: 'Application',
  anyApplication: 'All applications',
  user: 'Started by',
  from: 'From',
  to: 'To',
  clear: 'Clear filters',
  found: '{n} run listed|{n} runs listed',
  noMatch: 'No runs match',
  noMatchText:
    'The search covers all runs, regardless of their age. Every word must match, so try fewer words.',
  empty: 'No runs yet',
  emptyText: 'Runs are listed here after you start a pipeline.',
}
