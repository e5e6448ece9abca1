/**
 * The checks. Each opens connections of its own, so that none depends on what another left behind; which others must
 * pass before says {@link dev.freshet.examples.conformance.check.Check}.
 *
 * <pre>
 * Conformance -> Check -> *Checks -> Server -> Follower: one stream, its bytes and its events
 *                              |         '---> Publishing: POST, or what the server takes
 *                              '-> Finding: what was seen, what was expected
 * </pre>
 */
package dev.freshet.examples.conformance.check;
