/**
 * The example programs: five servers, whose replies all come from endpoints, and the load tool.
 *
 * <pre>
 * Main -> DashboardCommand -> Dashboard -> Page --.
 *      -> ChatCommand      -> Chat -----> Page --+-> SseServer
 *      -> RelayCommand     -> Relay ----> Guard -+
 *      -> OpenAiCommand    -> ChatCompletions ---+
 *      -> McpCommand       -> Mcp ---------------'
 *      -> LoadCommand      -> load: drives a server by its URL
 *      -> by-hand          -> the hand-written server that the load tool compares with
 * </pre>
 *
 * <p>The commands only read options. Tests start {@code Dashboard}, {@code Chat} and {@code Relay}, each a {@code
 * Program}, as the commands do.
 */
package dev.freshet.examples;
