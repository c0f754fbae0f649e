// Package recipe decides how a machine image is baked: its name, the Packer template and
// the template's variables, the key under which the same bake is found again, and what the
// log of a finished build says. The rules are Rosco's; faults of its keys are mended. It
// does no I/O.
package recipe
