// The texts of an execution's page, in English.
export default {
  compare: 'Compare…',
  cut: 'Too large to be shown whole',
  cutText: 'Their beginning is shown above, or nothing of them.',
  showAll: 'Show all',
  download: 'Download',
}
