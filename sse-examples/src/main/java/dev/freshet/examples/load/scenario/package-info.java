/**
 * The runs. The command asks for one; it drives the client, reads the server's meter, and makes the report.
 *
 * <pre>
 *                      .-> Run (connect, drain) -> Progress -> Terminal
 * WarmUp --.           |     .-> Fleet, Publishers, Probe of the client
 *          +-> Load ---+-----+-> ServerProcess, Meter of the server
 * SelfTest-'    '-> Reconnect -> Waves -> Report
 * </pre>
 *
 * <p>A run is made by the thread that asks for it.
 */
package dev.freshet.examples.load.scenario;
