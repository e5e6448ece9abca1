/**
 * The load tool: makes a run against one server or the nodes of one, and says what came of it. This package is the
 * command with its options; each package uses those below it, and none above it.
 *
 * <pre>
 * load       the command: options, progress on the error stream, what is written where
 *   |
 * scenario   a run: what is published and waited for, step by step; the self-test
 *   |
 * server     the process under load: its processor time and memory; servers of our own
 *   |
 * client     the connections: streams that check each event, publishers; the verdict
 *   |
 * report     what came of a run, as records, as JSON and as text
 * </pre>
 */
package dev.freshet.examples.load;
