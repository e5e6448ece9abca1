/**
 * The example programs: seven servers, whose replies all come from endpoints, the load tool, and the
 * conformance kit.
 *
 * <pre>
 * Main -> DashboardCommand -> Dashboard -> Page --.
 *      -> ChatCommand      -> Chat -----> Page --+-> SseServer
 *      -> RelayCommand     -> Relay ----> Guard -+
 *      -> OpenAiCommand    -> ChatCompletions ---+
 *      -> LogsCommand      -> LogLines ----------+
 *      -> OrdersCommand    -> Orders ------------+
 *      -> McpCommand       -> Mcp ---------------'
 *      -> LoadCommand      -> load: drives a server by its URL
 *      -> ConformanceCommand -> conformance: judges a server by its URL
 *      -> by-hand          -> the hand-written server that the load tool compares with
 * </pre>
 *
 * <p>The commands only read options. Tests start {@code Dashboard}, {@code Chat} and {@code Relay}, each a {@code
 * Program}, as the commands do.
 */
package dev.freshet.examples;
