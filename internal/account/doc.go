// Package account keeps accounts of any provider, of clouds and of artifacts: those of
// the configuration, and those that are added, changed and removed while Gennaker runs, as
// Clouddriver's account management does. What is secret in the latter is
// encrypted before it is stored, and never given back.
//
// Each process looks at the stored versions every few seconds and hands the
// provider the accounts as they are now, so that all processes of an
// installation use the same ones without a restart.
package account
