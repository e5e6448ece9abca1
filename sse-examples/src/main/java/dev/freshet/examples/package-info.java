/**
 * The programs: five servers whose every answer is an endpoint's, and the load tool.
 *
 * <pre>
 * Main -> DashboardCommand -> Dashboard -> Page --.
 *      -> ChatCommand      -> Chat -----> Page --+-> SseServer
 *      -> RelayCommand     -> Relay ----> Guard -+
 *      -> OpenAiCommand    -> ChatCompletions ---+
 *      -> McpCommand       -> Mcp ---------------'
 *      -> LoadCommand      -> load: drives a server by its URL
 *      -> ByHandCommand    -> what the load tool compares with
 * </pre>
 *
 * <p>The commands read options and nothing else; {@code Dashboard}, {@code Chat} and {@code Relay} are started by tests as
 * they are by commands.
 */
package dev.freshet.examples;
