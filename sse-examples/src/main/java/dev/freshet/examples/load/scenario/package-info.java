/**
 * The runs. The command starts one. A run drives the client, reads the meter of the server, and makes the report.
 *
 * <pre>
 *                      .-> Run (connect, drain) -> Progress -> Terminal
 * WarmUp --.           |     .-> Fleet, Publishers, Probe of the client
 *          +-> Load ---+-----+-> ServerProcess, Meter of the server
 * SelfTest-'    '-> Reconnect -> Waves -> Report
 * </pre>
 *
 * <p>The thread that starts a run makes it.
 */
package dev.freshet.examples.load.scenario;
