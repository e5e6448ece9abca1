/**
 * The load tool: makes a run against one server or the nodes of one, and says what came of it.
 *
 * <pre>
 *               .-> Publishers --> Publisher (one a URL) --POST--> server
 * Load (a run) -+-> Fleet --> Subscriber (one stream) -> MarkScanner -> Subscriber: lost? doubled? in order? late?
 *   ^           +-> Probe        both are an SseStream
 *   |           '-> ServerProcess (processor time, memory)
 * SelfTest        -> Report -> ReportText, JSON
 * </pre>
 *
 * <p>A run is made by the thread that asks for it. Two event loops serve it: one reads all streams, one publishes.
 */
package dev.freshet.examples.load;
