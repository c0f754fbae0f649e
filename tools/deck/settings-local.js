// What this walk sets in an otherwise unmodified Deck: where the API is, and
// which optional pages are on. Its address stands in for GATE_URL as
// the file is served.
(function (settings) {
  'use strict';
  settings.gateUrl = 'GATE_URL';
  settings.authEndpoint = settings.gateUrl + '/auth/user';
  settings.bakeryDetailUrl = settings.gateUrl + '/bakery/logs/{{context.region}}/{{context.status.resourceId}}';
  settings.authEnabled = false;
  settings.checkForUpdates = false;
  settings.defaultProviders = ['kubernetes'];
  settings.providers.kubernetes.defaults = { account: 'sandbox' }; // Deck's forms fail without defaults
  settings.defaultTimeZone = 'UTC';
  settings.pollSchedule = 3000;
  settings.canary.featureDisabled = true;
  Object.assign(settings.feature, {
    canary: false,
    kubernetesRawResources: true,
    pipelineTemplates: true,
    quietPeriod: true,
    managedServiceAccounts: false,
  });
})(window.spinnakerSettings);
