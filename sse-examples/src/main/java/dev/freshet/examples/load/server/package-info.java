/**
 * The server under load, as a process. Scenarios measure it; the self-test starts two of our own, and compares with
 * the server by hand, which a command of the examples serves as well.
 *
 * <pre>
 * Meter -> ServerProcess (/proc, jcmd)      ServerChild -> ServerProcess      ByHandServer
 * </pre>
 */
package dev.freshet.examples.load.server;
