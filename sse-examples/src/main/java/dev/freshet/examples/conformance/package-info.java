/**
 * The conformance kit: it judges any server of event streams by its URL. This package has the command and its options.
 * A package uses those below it, and none above it.
 *
 * <pre>
 * conformance  the command: options, progress on the error stream, output, exit code
 *   |
 * check        a run: what is asked of the server, check by check
 *   |   \
 * wire   \     HTTP/1.1, as the bytes come
 *         |
 *       report the result of a run, as records, as JSON and as text
 * </pre>
 */
package dev.freshet.examples.conformance;
