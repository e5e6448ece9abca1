/**
 * The load tool: it makes a run against one server, or the nodes of one, and reports the result. This package has the
 * command and its options. A package uses those below it, and none above it.
 *
 * <pre>
 * load       the command: options, progress on the error stream, output
 *   |
 * scenario   a run: the steps of publishing and waiting; the self-test
 *   |
 * server     the process under load: its CPU time and memory; servers to compare
 *   |
 * client     the connections: streams that check each event, publishers; the verdict
 *   |
 * report     the result of a run, as records, as JSON and as text
 * </pre>
 */
package dev.freshet.examples.load;
