/**
 * The conformance kit's own tests: a plain server of streams that does all that the kit asks for, and the same with one
 * fault each.
 *
 * <pre>
 * PlainServer -> PlainStream: one client -> Fault: what is done wrong, and the check that is to see it
 * </pre>
 */
package dev.freshet.examples.conformance;
