/**
 * The server under load, as a process. Scenarios measure it. The self-test starts two servers to compare, of which one
 * is the hand-written one, which is also a command of the examples.
 *
 * <pre>
 * Meter -> ServerProcess (/proc, jcmd)      ServerChild -> ServerProcess      ByHandServer
 * </pre>
 */
package dev.freshet.examples.load.server;
