// Package view is what the platform asks about the things that run in clouds,
// and the shapes of the answers, which are Clouddriver's: clusters, server
// groups, their managers, instances, load balancers, firewalls.
//
// It knows no cloud. A cloud provider gives a [Viewer] of each of its accounts;
// package infrastructure puts the answers of all of them together. Fields that
// only some clouds have are left out of the JSON where they are nil.
package view
