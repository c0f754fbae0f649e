// Package imagebakery bakes machine images, as Spinnaker's Rosco does: a bake is kept in
// the database, found again by what its image depends on, and built by a [Builder].
//
// Stages that want the same image at the same time join one bake. A bake isn't lost with
// its process: the builds go on by themselves, the next process on their machine finds
// them again, and if the machine is gone, another one starts them again and says so.
package imagebakery
