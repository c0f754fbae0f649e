// Package expression evaluates the ${...} expressions of pipelines: the Spring
// Expression Language as Spinnaker's Orca uses it.
//
// A template is parsed once into a syntax tree (and kept in a bounded cache);
// an [Evaluator] walks a document, evaluates every text that holds "${", and
// tells in a [Summary] what could not be evaluated. Values keep their Java
// types on the way, so that integer division, overflow, overloads, allow lists
// and the class of a result are those of the real evaluator.
//
// The package does no I/O: what functions need from outside (URLs, stored
// pipelines, applications) is behind the small interfaces of [Outside]. It
// can reach nothing but the values it is given: there is no reflection, and
// every method that an expression may call stands in a table here. Steps,
// depth, text lengths and sizes are bounded, and regular expressions run in
// linear time. What is given to it is never changed.
package expression
