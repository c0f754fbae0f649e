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
  noMatchText: 'Runs of any age were searched. Every word must match: try fewer.',
  empty: 'No runs yet',
  emptyText: 'Start a pipeline, and its runs are listed here.',
}
