// Package artifactstore keeps the large contents of embedded artifacts out of executions,
// as Kork's artifact store does. An artifact of type embedded/base64 whose content is large
// becomes one of type remote/base64, whose reference is ref://<application>/<hash>. The
// content is kept once, by its hash, in the database or in a bucket, and is read where a
// stage, an expression or a client needs it.
//
// The hash is the SHA-256 of the content in base64, in hexadecimal, as Kork's
// ArtifactStoreURISHA256Builder has it. Whoever may read an application may read its
// contents. A reference of another application is taken over by the execution that brings
// it: the content is then kept for both.
//
// What refers to a content is known by rows that package store writes in the transaction
// that stores an execution or a pipeline, so contents that nothing refers to can be deleted:
// see [Store.Collect].
package artifactstore
