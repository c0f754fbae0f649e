// Package encryption keeps secrets that are stored: each is encrypted by a key
// of its own (AES-256 in Galois/Counter Mode), and that key by one of the
// installation's, which lies in a file, an environment variable, Vault or a key
// management service, and never in the database. What is encrypted is bound to
// the place it belongs to, so that nobody can move it to another.
//
// An installation has one key that encrypts, and any number that only decrypt:
// a key is changed by putting a new one before it, encrypting all anew, and
// taking the old one away.
package encryption
